"""Method calls: bound, inherited, overridden, static, class, through super, and those of built-in types."""


class Shape:
    def __init__(self, size): self.size = size
    def area(self): return self.size
    def scale(self, factor): self.size = self.size * factor % 1009; return self
    def name(self): return "shape"
    @staticmethod
    def unit(): return 1
    @classmethod
    def make(cls, size): return cls(size)


class Square(Shape):
    def area(self): return self.size * self.size


class Named(Square):
    def name(self): return super().name() + "!"


def main():
    shapes = [Shape(3), Square(4), Named(5)]
    total = 0
    for i in range(700_000):
        for shape in shapes:
            total += shape.area() + shape.scale(7).size + shape.unit()
    for i in range(300_000):
        total += len(shapes[2].name()) + Square.make(i & 15).area()
    items = []
    for i in range(700_000):
        items.append(i)
        if len(items) > 50:
            items.pop()
        total += items.count(3) if i % 1000 == 0 else 0
    print(total, len(items))


main()
