"""Properties, static methods and class methods called in a loop."""
class A:
    def __init__(self, n):
        self._n = n
        self.link = [self]

    @property
    def n(self):
        return self._n

    @n.setter
    def n(self, value):
        self._n = value

    @classmethod
    def make(cls, n):
        return cls(n)

    @staticmethod
    def double(n):
        return n * 2

for i in range(900):
    a = A.make(i)
    a.n = A.double(a.n)
