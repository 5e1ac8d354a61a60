"""Classes with __new__."""
class A:
    def __new__(cls, *args):
        self = super().__new__(cls)
        self.args = (self, args)
        return self

for i in range(1000):
    A(i, i)
