l = [1]
l.append(l)
d = {'d': None}
d['d'] = d
t = (l, d)
m = [t]
l.append(m)
d['l'] = [d, d]
x = len(m)
