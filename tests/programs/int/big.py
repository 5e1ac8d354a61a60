# Long integers: multiplication, division and conversion beyond the schoolbook sizes.
def checksum(n):
    return n % 998244353, n.bit_length()


a = 7 ** 3000
b = 3 ** 5000
print(checksum(a * b), checksum(a * a), checksum(a + b), checksum(b - a))
q, r = divmod(b * a + 12345, a)
print(q == b, r)
q, r = divmod(-b, a)
print(checksum(q), checksum(r), q * a + r == -b)
print(str(2 ** 1000))
print(len(str(a)), str(a)[:20], str(a)[-20:])
n = int("123456789" * 200)
print(checksum(n), str(n) == "123456789" * 200)
print(pow(a, b, 10 ** 40), checksum(pow(3, 10 ** 30, 2 ** 127 - 1)))
import math
print(checksum(math.factorial(500)), math.isqrt(10 ** 60), math.gcd(a * 30, b * 42), math.lcm(2 ** 70, 6 ** 30))
f0, f1 = 0, 1
for _ in range(1000):
    f0, f1 = f1, f0 + f1
print(f0)
x = (1 << 5000) - 1
print(checksum(x & (a << 17)), checksum(x ^ a), checksum(-x | a), checksum(x >> 4000), checksum(-a >> 1000),
    checksum(-a & x))
print((10 ** 400 // 7) % 1000, -(10 ** 400) // 7 % 1000, (10 ** 400) * (10 ** 400) == 10 ** 800)
digits = str(16 * 10 ** 100 // 3)
print(digits[:30])
