a = {1, 2, 3}
b = set()
b.add(2)
b.add(9)
c = a | b
d = a & b
e = a - b
f = a ^ b
g = frozenset([1, 5])
h = 1 in a
i = {*a, *b, 7}
j = {n % 3 for n in range(6)}
a.discard(1)
k = 5 in {5, 6}
l = a <= c
