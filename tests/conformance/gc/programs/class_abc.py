"""Abstract base classes and registration."""
from abc import ABC, abstractmethod

for i in range(60):
    class Shape(ABC):
        @abstractmethod
        def area(self): ...

    class Square(Shape):
        def __init__(self, side):
            self.side = side

        def area(self):
            return self.side ** 2
    isinstance(Square(2), Shape)
    issubclass(int, Shape)
    Shape.register(int)
