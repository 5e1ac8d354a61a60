a, b, c = 1, 2, 3
x = a < b < c
y = a < c < b
z = a == 1.0 != b
p = a is not None
q = None is None
r = b in (1, 2)
s = b not in [1, 3]
t = 'a' < 'b'
u = [1, 2] < [1, 3]
v = a <= b >= a > c
w = not a == b
