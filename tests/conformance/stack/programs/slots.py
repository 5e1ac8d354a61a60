class S:
    __slots__ = ('a', 'b')
    def __init__(self):
        self.a = 1
s = S()
s.b = s.a + 1
del s.a
try:
    s.a
except AttributeError:
    pass
class V:
    __slots__ = 'x', 'y'
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def __add__(self, o):
        return V(self.x + o.x, self.y + o.y)
v = V(0, 0)
for i in range(12):
    v = v + V(i, 1)
