"""functools.singledispatch and cached properties."""
import functools

@functools.singledispatch
def f(x): return [x]

@f.register
def _(x: int): return (x,)

class A:
    @functools.cached_property
    def value(self): return [self]

for i in range(300):
    f(i), f("s"), f([])
    A().value
