a = ()
b = (1,)
c = 1, 'two', 3.0
x, y, z = c
(p, q), r = (1, 2), 3
first, *rest = range(5)
*init, last = 'abc'
head, *middle, tail = [1, 2, 3, 4]
x, y = y, x
x, y, z = z, x, y
d = c[1:] + b
e = c * 2
f = (*c, *b)
for i, (j, k) in enumerate([(1, 2), (3, 4)]):
    m = i, j, k
n = tuple(range(3))
