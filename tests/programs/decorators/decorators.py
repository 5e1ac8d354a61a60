# Decorators: order, any expression (PEP 614), classes, wraps, stacking, state.
import functools
order = []


def tag(name):
    order.append(f"make {name}")

    def decorate(f):
        order.append(f"apply {name} to {f.__name__}")
        return f
    return decorate


@tag("a")
@tag("b")
class Decorated:
    @tag("c")
    def method(self): pass

    @tag("d")
    @staticmethod
    def static(): return "static"


print(*order, Decorated.static(), sep="; ")
table = {"x": [lambda f: f"replaced {f.__name__}"]}


@table["x"][0]
def subscripted(): pass


@(lambda f: [f])
def in_list(): return 5


@(holder := tag("walrus"))
def w(): pass


@(str.strip if not order else lambda f: 3)
def number(): pass


print(subscripted, in_list[0](), w.__name__, number)


def logged(prefix="", *, times=1):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            result = None
            for _ in range(times):
                result = function(*args, **kwargs)
                print(f"{prefix}{function.__name__}{args}{kwargs} -> {result}")
            return result
        wrapper.calls = 0
        return wrapper
    return decorate


@logged("> ", times=2)
def add(a: int, b: int = 2) -> int:
    "Adds."
    return a + b


add(1)
add(1, b=5)
print(add.__name__, add.__doc__, add.__annotations__, add.__wrapped__(10), add.calls, add.__dict__.keys())


class CountCalls:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function, self.count = function, 0

    def __call__(self, *args):
        self.count += 1
        return self.function(*args)

    def __get__(self, instance, owner):
        return self if instance is None else functools.partial(self, instance)


class Service:
    @CountCalls
    def ping(self, n): return n * 2


s = Service()
print(s.ping(1), s.ping(2), Service.ping.count, Service.ping.__name__)


def register(cls=None, /, **options):
    def apply(cls):
        cls.options = options
        registry.append(cls.__name__)
        return cls
    return apply if cls is None else apply(cls)


registry = []


@register
class One: pass


@register(color="red")
class Two: pass


print(registry, One.options, Two.options)
try:
    @None
    def f(): pass
except TypeError as error:
    print(error)
try:
    @tag
    def g(): pass
    print(g(lambda: 0).__name__)
except TypeError as error:
    print(error)


@property
def module_level(self): return 1


print(type(module_level).__name__, functools.reduce(lambda f, d: d(f), [lambda f: f, lambda f: f], len) is len)
