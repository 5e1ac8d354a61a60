class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


def norm(p):
    return (p.x ** 2 + p.z ** 2) ** 0.5


print(norm(Point(3, 4)))
