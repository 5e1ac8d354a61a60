"""Callable instances in cycles."""
class A:
    def __call__(self, *args, **kwargs):
        return [self, args, kwargs]

for i in range(700):
    a = A()
    a.results = a(1, 2, x=3)
