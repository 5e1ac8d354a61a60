# Integers of every size around the digit boundaries of 30 bits.
edges = [0, 1, 2, 2**15, 2**29 - 1, 2**30 - 1, 2**30, 2**30 + 1, 2**31, 2**60 - 1, 2**60, 2**61 + 3, 2**63, 2**64 - 1,
    10**19, 2**90 - 1, 3**80]
signed = sorted({s * e for e in edges for s in (1, -1)})
check = 0
for a in signed:
    for b in signed:
        values = [a + b, a - b, a * b, a & b, a | b, a ^ b]
        if b:
            q, r = divmod(a, b)
            assert q * b + r == a and (0 <= r < b or b < r <= 0), (a, b)
            assert a // b == q and a % b == r
            values += [q, r]
        assert (a < b) + (a == b) + (a > b) == 1
        check = (check * 1000003 + sum(values)) % (2**61 - 1)
print(check)
for a in signed[::5]:
    print(a, -a, ~a, abs(a), a.bit_length(), bin(a), hex(a), oct(a))
for shift in (0, 1, 29, 30, 31, 60, 61, 100):
    print(shift, 1 << shift, (2**100 - 1) >> shift, -(2**70) >> shift, -1 >> shift, -5 << shift)
print(2**200, 3**100 % 10**20, pow(3, 1000, 10**9 + 7), pow(3, -1, 11), pow(-3, 3, 7), pow(2, 10, -7), pow(0, 0),
    (-1)**1001)
print(7 // -2, -7 // 2, 7 % -2, -7 % 2, divmod(-2**64, 3), divmod(2**64, -3))
print(hash(2**61 - 1), hash(2**61), hash(-1), hash(-2), hash(2**100), hash(-2**100), hash(0))
print((123456789 ** 20) // (987654321 ** 15), (10**50 + 1) % (10**25 + 3))
print(True + 1, True << 3, ~True, -True, True & 6, True | False, True ^ True, True & True, isinstance(True, int))
