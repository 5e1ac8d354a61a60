class CM:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow
    def __enter__(self):
        return self.name
    def __exit__(self, t, v, tb):
        return self.swallow
with CM('a') as a:
    x = a
with CM('b'), CM('c') as c:
    y = c
with CM('d', True):
    raise ValueError('swallowed')
def early():
    with CM('e'):
        return 5
early()
for i in range(2):
    with CM('f'):
        if i:
            break
        continue
try:
    with CM('g'):
        1 / 0
except ZeroDivisionError:
    z = 1
with (CM('h') as h, CM('i', True) as i):
    with CM('j'):
        raise KeyError
