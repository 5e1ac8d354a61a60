double = lambda x: x * 2
add = lambda a, b=1, *c, d=2, **e: a + b + d
double(4)
add(1)
add(1, 2, 3, d=4, z=5)
sorted(['bb', 'a', 'ccc'], key=lambda s: -len(s))
list(map(double, [1, 2]))
list(filter(lambda v: v > 1, [1, 2, 3]))
(lambda: (lambda: 5)())()
max([3, 1, 2], key=lambda v: v % 3)
