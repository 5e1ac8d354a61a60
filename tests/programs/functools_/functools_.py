# functools: partial, reduce, lru_cache, cached_property, total_ordering, singledispatch, wraps, cmp_to_key.
import functools
from functools import *
calls = []


@lru_cache(maxsize=3)
def square(x, *, negative=False):
    calls.append(x)
    return -x * x if negative else x * x


print(square(2), square(2), square(3), square(2.0), square(2, negative=False), square(4), square(2), calls,
    square.cache_info(), square.cache_parameters())
square.cache_clear()
print(square.cache_info(), square.__wrapped__(5), square.__name__)


@lru_cache(typed=True)
def typed(x): return type(x).__name__


@cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)


print(typed(1), typed(1.0), typed(True), typed.cache_info(), fib(100), fib.cache_info().hits, lru_cache(lambda: 5)(),
    lru_cache(0)(lambda: 6)())
for bad in (lambda: square([]), lambda: lru_cache("x"), lambda: square(), lambda: lru_cache(maxsize=None)(5)):
    try:
        bad()
        print("fine")
    except TypeError as error:
        print(error)
p = partial(int, base=2)
q = partial(pow, 2)
r = partial(q, 3)
print(p("101"), q(5), r(), p.func, p.args, p.keywords, r.args, p("z", base=36), partial(dict, a=1)(b=2),
    partial(print, "x", end="!\n").keywords, repr(p), isinstance(r, partial))
p.attribute = 1
print(p.__dict__, partial(p, 5).func is int)
for bad in (lambda: partial(), lambda: partial(5), lambda: p(5), lambda: q()):
    try:
        bad()
    except TypeError as error:
        print(error)


class Cell:
    def __init__(self): self.alive = False
    def set_state(self, state): self.alive = state
    set_alive = partialmethod(set_state, True)

    @cached_property
    def expensive(self):
        calls.append("computed")
        return len(calls)


c = Cell()
c.set_alive()
print(c.alive, c.expensive == c.expensive, "expensive" in vars(c))
print(reduce(lambda a, b: a + b, [1, 2, 3]), reduce(max, [1], 5), reduce(lambda a, b: a * b, [], 7),
    reduce(lambda a, b: f"({a}{b})", "abcd"))
for bad in (lambda: reduce(max, []), lambda: reduce(max, 5), lambda: reduce(5, [1, 2]), lambda: reduce()):
    try:
        bad()
    except TypeError as error:
        print(error)


@total_ordering
class Version:
    def __init__(self, *parts): self.parts = parts
    def __eq__(self, other): return self.parts == other.parts
    def __lt__(self, other): return self.parts < other.parts


print(Version(1) <= Version(1), Version(2) > Version(1, 5), Version(1) >= Version(2), Version.__ge__.__name__)
try:
    total_ordering(Cell)
except ValueError as error:
    print(error)


@singledispatch
def show(value): return f"object {value!r}"


@show.register
def _(value: int): return f"int {value}"


@show.register(list)
@show.register(tuple)
def _(value): return f"sequence of {len(value)}"


show.register(str, lambda s: f"str {s}")
import numbers
show.register(numbers.Number, lambda n: f"number {n}")
print(show(5), show(True), show(2.5), show("x"), show([1]), show((1, 2)), show(None), show.dispatch(bool).__name__,
    sorted(c.__name__ for c in show.registry))


class Formatter:
    @singledispatchmethod
    def fmt(self, value): return "default"
    @fmt.register
    def _(self, value: int): return f"int {value}"
    @fmt.register
    @classmethod
    def _(cls, value: str): return f"{cls.__name__} {value}"


print(Formatter().fmt(1), Formatter().fmt("s"), Formatter().fmt(None))
for bad in (lambda: show(), lambda: show.register(5), lambda: show.register(lambda x: 1)):
    try:
        bad()
    except TypeError as error:
        print(str(error).split(" at ")[0])


def documented(a: int) -> str:
    "the doc"


@wraps(documented)
def wrapper(*args): pass


print(wrapper.__name__, wrapper.__doc__, wrapper.__annotations__, wrapper.__wrapped__ is documented,
    WRAPPER_ASSIGNMENTS)
K = cmp_to_key(lambda a, b: (a > b) - (a < b))
print(K(1) < K(2), K(2) == K(2), K(3).obj, sorted("bca", key=cmp_to_key(lambda a, b: -1 if a < b else 1)))
try:
    K(1) < 2
except TypeError as error:
    print(error)
@cache
def recursive(n): return recursive(n - 1) + 1 if n else 0
print([recursive(n) for n in range(0, 2000, 400)][-1], recursive.cache_info().currsize)
