# yield from: values, send, throw, close through layers; any iterable; exceptions of the inner generator (PEP 380).
def inner(name):
    try:
        while True:
            try:
                got = yield f"{name} ready"
                if got == "stop":
                    return f"{name} result"
                print(name, "got", got)
            except ValueError as error:
                print(name, "caught", error)
    finally:
        print(name, "cleaned up")


def outer():
    first = yield from inner("one")
    print("outer has", first)
    second = yield from inner("two")
    return [first, second]


g = outer()
print(next(g), g.send("hello"), g.throw(ValueError("thrown")), g.gi_yieldfrom.__name__)
print(g.send("stop"))
try:
    g.send("stop")
except StopIteration as stop:
    print(stop.value)
g = outer()
next(g)
g.close()
g = outer()
next(g)
try:
    g.throw(KeyError("not handled"))
except KeyError as error:
    print("escaped", error)


def over(iterable):
    result = yield from iterable
    return result


print(list(over([1, 2])), list(over("ab")), list(over({1: 2})), list(over(over(range(3)))), list(over(())))
g = over([1, 2, 3])
next(g)
try:
    g.send("list iterators have no send")
except AttributeError as error:
    print(error)


class Iter:
    def __init__(self): self.n = 0
    def __iter__(self): return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration("value of the iterator")
        return self.n

    def send(self, value): return f"sent {value}"
    def throw(self, *args): return f"thrown {args[0].__name__ if isinstance(args[0], type) else args[0]!r}"
    def close(self): print("iterator closed")


def driver():
    print("result", (yield from Iter()))


g = driver()
print(next(g), g.send("x"), g.throw(IndexError("i")), next(g), g.send(None))
try:
    next(g)
except StopIteration:
    print("end")
g = driver()
next(g)
g.close()
for bad in (5, None, lambda: 0):
    try:
        list(over(bad))
    except TypeError as error:
        print(error)


def tree(node):
    if node:
        left, value, right = node
        yield from tree(left)
        yield value
        yield from tree(right)


print(list(tree((((None, 1, None), 2, None), 3, (None, 4, (None, 5, None))))))


def count(n):
    if n:
        yield n
        yield from count(n - 1)


print(sum(count(200)), max(count(150)))


def self_delegating():
    yield from me


me = self_delegating()
try:
    next(me)
except ValueError as error:
    print(error)


def flatten(x):
    for item in x:
        if isinstance(item, (list, tuple)):
            yield from flatten(item)
        else:
            yield item


print(list(flatten([1, [2, (3, [4]), []], 5])))
