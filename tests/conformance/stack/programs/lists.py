a = []
b = [1, 2, 3]
c = [*b, 4, *b]
a.append(b)
a.extend(c)
b[0] = 10
b[1] += 5
del b[2]
d = a[1:3]
a[1:3] = ['x', 'y', 'z']
del a[0]
e = sorted(c, reverse=True)
c.sort()
c.reverse()
f = c.index(4), c.count(1), c.pop()
g = [[0] * 2 for _ in range(2)]
g[0][1] = 9
h = len(g) + sum(b)
i = 3 in b
j, *k = b
