"""Caches made of decorators and closures: LRU, LFU, time-limited, memoised methods; with statistics and invalidation."""
import functools
import inspect
import operator
from collections import OrderedDict, defaultdict, namedtuple
from types import MethodType

Info = namedtuple("Info", "hits misses evictions size limit")
_MISSING = object()


class Clock:
    """A clock that only moves when told to, so that expiry can be tested."""

    def __init__(self): self.now = 0
    def __call__(self): return self.now
    def advance(self, seconds): self.now += seconds


def make_key(args, kwargs, typed=False):
    """A hashable key of a call. Keyword order does not matter; 1 and 1.0 differ if `typed`."""
    key = args
    if kwargs:
        key += (_MISSING, *sorted(kwargs.items()))
    if typed:
        key += tuple(type(value) for value in (*args, *kwargs.values()))
    return key[0] if len(key) == 1 and type(key[0]) in (int, str) else key


class LRU:
    """Least recently used entries go first: a dictionary and a doubly linked ring, written out."""

    __slots__ = ("limit", "table", "root", "evictions")
    PREVIOUS, NEXT, KEY, VALUE = range(4)

    def __init__(self, limit):
        if limit is not None and limit < 1:
            raise ValueError(f"the limit must be positive, not {limit}")
        self.limit, self.evictions = limit, 0
        self.clear()

    def clear(self):
        self.table = {}
        self.root = root = []
        root[:] = [root, root, None, None]

    def __len__(self): return len(self.table)

    def _unlink(self, link):
        previous, following = link[self.PREVIOUS], link[self.NEXT]
        previous[self.NEXT], following[self.PREVIOUS] = following, previous

    def _link_last(self, link):
        last = self.root[self.PREVIOUS]
        link[self.PREVIOUS], link[self.NEXT] = last, self.root
        last[self.NEXT] = self.root[self.PREVIOUS] = link

    def get(self, key):
        link = self.table.get(key)
        if link is None:
            return _MISSING
        self._unlink(link)
        self._link_last(link)
        return link[self.VALUE]

    def put(self, key, value):
        if key in self.table:
            self.table[key][self.VALUE] = value
            return
        if self.limit is not None and len(self.table) >= self.limit:
            oldest = self.root[self.NEXT]
            self._unlink(oldest)
            del self.table[oldest[self.KEY]]
            self.evictions += 1
        self.table[key] = link = [None, None, key, value]
        self._link_last(link)

    def discard(self, key):
        link = self.table.pop(key, None)
        if link is not None:
            self._unlink(link)
        return link is not None

    def __iter__(self):
        link = self.root[self.NEXT]
        while link is not self.root:
            yield link[self.KEY]
            link = link[self.NEXT]


class LFU:
    """Least frequently used entries go first; among equals the oldest."""

    def __init__(self, limit): self.limit, self.evictions, self.values, self.counts, self.buckets = limit, 0, {}, {
            }, defaultdict(OrderedDict)

    def clear(self):
        self.values.clear(); self.counts.clear(); self.buckets.clear()

    def __len__(self): return len(self.values)
    def __iter__(self): return iter(sorted(self.values, key=lambda k: (self.counts[k], str(k))))

    def _touch(self, key):
        count = self.counts.get(key, 0)
        self.buckets[count].pop(key, None)
        if not self.buckets[count]:
            del self.buckets[count]
        self.counts[key] = count + 1
        self.buckets[count + 1][key] = None

    def get(self, key):
        if key not in self.values:
            return _MISSING
        self._touch(key)
        return self.values[key]

    def put(self, key, value):
        if key not in self.values and len(self.values) >= self.limit:
            lowest = min(self.buckets)
            victim, _ = self.buckets[lowest].popitem(last=False)
            if not self.buckets[lowest]:
                del self.buckets[lowest]
            del self.values[victim], self.counts[victim]
            self.evictions += 1
        self.values[key] = value
        self._touch(key)

    def discard(self, key):
        if key not in self.values:
            return False
        del self.values[key]
        self.buckets[self.counts.pop(key)].pop(key)
        return True


class Expiring(LRU):
    """An LRU whose entries are only good for some time."""

    __slots__ = ("seconds", "clock")

    def __init__(self, limit, seconds, clock):
        super().__init__(limit)
        self.seconds, self.clock = seconds, clock

    def get(self, key):
        entry = super().get(key)
        if entry is _MISSING:
            return _MISSING
        value, expires = entry
        if self.clock() >= expires:
            self.discard(key)
            return _MISSING
        return value

    def put(self, key, value): super().put(key, (value, self.clock() + self.seconds))


def cached(store=None, *, limit=128, typed=False, key=None, unless=None):
    """Cache a function's results in `store` (an LRU of `limit` entries, if none is given).

    `key` computes the key from the arguments; results for which `unless` is true are not kept. Exceptions never are.
    The wrapper has `info()`, `clear()`, `forget(*args)` and `keys()`.
    """
    if callable(store) and not hasattr(store, "put"):
        return cached()(store)
    store = LRU(limit) if store is None else store

    def decorate(function):
        hits = misses = 0
        signature = inspect.signature(function)

        def key_of(args, kwargs):
            if key is not None:
                return key(*args, **kwargs)
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            return make_key(bound.args, bound.kwargs, typed)

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            nonlocal hits, misses
            k = key_of(args, kwargs)
            value = store.get(k)
            if value is not _MISSING:
                hits += 1
                return value
            misses += 1
            value = function(*args, **kwargs)
            if unless is None or not unless(value):
                store.put(k, value)
            return value

        def info(): return Info(hits, misses, store.evictions, len(store), store.limit)

        def clear():
            nonlocal hits, misses
            hits = misses = 0
            store.clear()

        wrapper.info, wrapper.clear, wrapper.keys = info, clear, lambda: list(store)
        wrapper.forget = lambda *args, **kwargs: store.discard(key_of(args, kwargs))
        return wrapper

    return decorate


class cached_method:
    """A cache per instance, kept in the instance, so that it dies with it."""

    def __init__(self, limit=8):
        self.limit, self.function = limit, None
        if callable(limit):
            self.limit, self.function = 8, limit

    def __call__(self, function):
        self.function = function
        return self

    def __set_name__(self, owner, name): self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        wrapper = cached(limit=self.limit)(MethodType(self.function, instance))
        instance.__dict__[self.name] = wrapper
        return wrapper


def traced(calls):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            calls.append((function.__name__, args, *kwargs.items()))
            return function(*args, **kwargs)
        return wrapper
    return decorate


def demo_lru():
    calls = []

    @cached(limit=3)
    @traced(calls)
    def square(n, power=2):
        """The square."""
        return n ** power

    print([square(n) for n in (1, 2, 3, 1, 4, 2, 1)], square.info(), square.keys(), square.__doc__, square.__name__)
    print(square(1, 2), square(n=1), square(power=2, n=1), square(1, power=3), square.info())
    print(square.forget(1), square.forget(99), square.keys(), len(calls))
    square.clear()
    print(square.info(), square.__wrapped__.__wrapped__(7))

    @cached
    def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)

    print(fib(120), fib.info())

    @cached(typed=True)
    def kind(value): return type(value).__name__

    print(kind(1), kind(1.0), kind(True), kind("1"), kind.info())
    untyped = cached()(lambda value: type(value).__name__)
    print(untyped(1), untyped(1.0), untyped(True), untyped("1"))


def demo_policies():
    lfu = cached(LFU(2))(lambda x: x * 10)
    print([lfu(x) for x in "aabacab"], lfu.info(), lfu.keys())
    clock = Clock()
    calls = []
    timed = cached(Expiring(10, 60, clock))(traced(calls)(lambda city: f"weather of {city}"))
    for seconds, city in ((0, "Bern"), (30, "Bern"), (29, "Rome"), (1, "Bern"), (59, "Rome"), (0, "Bern")):
        clock.advance(seconds)
        timed(city)
    print(len(calls), [args[0] for _, args in calls], timed.info())
    keyed = cached(key=str.lower)(lambda text: text + "!")
    print(keyed("Hello"), keyed("HELLO"), keyed.info().hits)
    maybe = cached(unless=operator.not_)(lambda text: text.strip())
    print([maybe(t) for t in (" a ", "  ", "  ", " a ")], maybe.info())


class Repository:
    def __init__(self, name): self.name, self.loads = name, 0

    @cached_method(limit=2)
    def load(self, number):
        self.loads += 1
        if number < 0:
            raise LookupError(f"{self.name} has no {number}")
        return f"{self.name}#{number}"

    @cached_method
    def everything(self): return [self.load(n) for n in range(3)]

    def __del__(self): print("repository", self.name, "goes, after", self.loads, "loads")


def demo_methods():
    a, b = Repository("a"), Repository("b")
    print(a.load(1), a.load(1), b.load(1), a.load(2), a.load(1), a.loads, b.loads)
    for _ in range(2):
        try:
            a.load(-1)
        except LookupError as error:
            print("not cached:", error, a.loads)
    print(a.everything() is a.everything(), a.load.info(), Repository.load.name, sorted(k for k in vars(a)))
    for bad in (lambda: a.load([]), lambda: cached(limit=0), lambda: a.load(), lambda: a.load(1, 2)):
        try:
            bad()
        except (TypeError, ValueError) as error:
            print(type(error).__name__, error)
    del b
    import gc
    a = None
    gc.collect()


def demo_against_model():
    """The ring must do what an OrderedDict does, over a long pseudo-random run."""
    ring, model, state, hits = LRU(16), OrderedDict(), 1, 0
    for _ in range(20_000):
        state = (state * 1103515245 + 12345) % 2 ** 31
        key, action = (state >> 16) % 40, (state >> 8) % 10
        if action < 6:
            value = ring.get(key)
            expected = model.get(key, _MISSING)
            if expected is not _MISSING:
                model.move_to_end(key)
                hits += 1
            assert value is expected or value == expected
        elif action < 9:
            ring.put(key, state)
            if key not in model and len(model) == 16:
                model.popitem(last=False)
            model[key] = state
        else:
            assert ring.discard(key) == (model.pop(key, _MISSING) is not _MISSING)
        assert len(ring) == len(model)
    print(list(ring) == list(model), hits, ring.evictions, state)


def demo_composition():
    def compose(*functions): return functools.reduce(lambda f, g: lambda x: g(f(x)), functions)

    def rate_limited(limit):
        used = 0

        def decorate(function):
            @functools.wraps(function)
            def wrapper(*args):
                nonlocal used
                if used >= limit:
                    raise RuntimeError(f"{function.__name__} may only be called {limit} times")
                used += 1
                return function(*args)
            wrapper.remaining = lambda: limit - used
            return wrapper
        return decorate

    @cached
    @rate_limited(3)
    def expensive(n): return n + 1

    try:
        print([expensive(n) for n in (1, 1, 2, 2, 3, 3, 4)])
    except RuntimeError as error:
        print(error, expensive.info(), expensive.__wrapped__.remaining())
    steps = compose(*(cached(lambda x, n=n: x * n) for n in (2, 3, 5)))
    print(steps(1), steps(2), [cell.cell_contents is not None for cell in expensive.__closure__][:2],
        sorted(expensive.__code__.co_freevars))


if __name__ == "__main__":
    demo_lru()
    demo_policies()
    demo_methods()
    demo_against_model()
    demo_composition()
