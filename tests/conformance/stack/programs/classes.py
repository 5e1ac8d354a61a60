class Point:
    "A point."
    dimension = 2
    def __init__(self, x, y=0):
        self.x = x
        self.y = y
    def norm(self):
        return self.x * self.x + self.y * self.y
    def moved(self, dx):
        return Point(self.x + dx, self.y)
    @classmethod
    def origin(cls):
        return cls(0, 0)
    @staticmethod
    def helper(v):
        return v
p = Point(1, 2)
p.norm()
p.moved(5).norm()
Point.origin()
p.helper(3)
Point.dimension = 3
p.label = 'p'
del p.label
p.x += 10
m = p.norm
m()
hasattr(p, 'q')
getattr(p, 'x')
isinstance(p, Point)
class Empty: pass
Empty()
