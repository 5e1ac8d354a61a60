# Augmented assignment: in place where the type offers it, evaluated once (7.2.1).
class Traced:
    def __init__(self, value):
        self.value = value

    def __iadd__(self, other):
        print("iadd", other)
        self.value += other
        return self

    def __sub__(self, other):
        print("sub", other)
        return Traced(self.value - other)

    def __imul__(self, other):
        return NotImplemented

    def __mul__(self, other):
        print("mul after imul gave up")
        return self.value * other


t = u = Traced(5)
t += 2
print(t is u, u.value)
t -= 1
print(t is u, t.value)
t *= 3
print(t)


def index():
    print("index evaluated")
    return 0


data = [[1]]
same = data[0]
data[index()] += [2, 3]
print(data, same is data[0])

n = 10
n //= 3; n **= 4; n <<= 2; n |= 1; n ^= 0xFF; n %= 100; n >>= 1; n &= 0x3F
print(n)
m = 7.0
m /= 2
print(m)

tup = ([1],)
try:
    tup[0] += [2]
except TypeError as error:
    print(error, tup)

for source in ("x += 'a'", "x @= 2", "x <<= 1.0", "x //= 0", "x[0] += 1", "y += 1", "x.real += 1", "x **= 'a'"):
    try:
        exec(source, {"x": 1})
    except Exception as error:
        print(source, "->", type(error).__name__, error)
