d = {}
d['a'] = 1
d['b'] = [2]
e = {'x': 1, 'y': 2}
f = {**d, **e, 'z': 3}
d['a'] += 10
del d['b']
g = d.get('q'), d.get('q', 5)
h = e.pop('x')
e.update(w=8)
i = list(f.items())
j = [k for k in f]
k = {n: n * n for n in range(3)}
l = 'a' in d
for key, value in k.items():
    m = key + value
n = dict(one=1, two=2)
o = d | e
o |= {'last': None}
p = n.keys()
q = n.values()
