def truth(v):
    return v
a = 0 or 5
b = 1 and []
c = 0 or '' or None
d = truth(1) and truth(2) and truth(0) and truth(3)
e = truth(0) or truth([]) or truth('x')
f = not (truth(1) and not truth(0))
g = 'yes' if truth(1) else 'no'
h = 'yes' if truth(0) else 'no'
if truth(1) and (truth(0) or truth(2)):
    i = 1
if not truth(1) or truth(0):
    i = 2
else:
    i = 3
j = 1 if truth(None) is None else 2
k = (n := 10) + n
while (n := n - 3) > 0:
    k += n
