# Generators: send, throw, close, return values, states, GeneratorExit.
import inspect


def echo():
    received = []
    try:
        while True:
            try:
                received.append((yield len(received)))
            except ValueError as error:
                received.append(f"caught {error}")
    except GeneratorExit:
        print("closing with", received)
        raise
    finally:
        print("finally")


g = echo()
print(inspect.getgeneratorstate(g), next(g), g.send("a"), g.throw(ValueError("v")), g.throw(ValueError),
    inspect.getgeneratorstate(g))
print(g.close(), inspect.getgeneratorstate(g), g.close())
for action in (lambda: next(g), lambda: g.send(1), lambda: g.throw(KeyError("dead"))):
    try:
        action()
    except (StopIteration, KeyError) as error:
        print(type(error).__name__, error)


def simple():
    x = yield 1
    print("x =", x)
    return x


for action in ("g.send(5)", "g.send(None)", "g.send(3)", "g.send(4)"):
    if action == "g.send(5)":
        g = simple()
    try:
        print(action, eval(action))
    except (TypeError, StopIteration) as error:
        print(action, type(error).__name__, error, getattr(error, "value", ""))


def stubborn():
    while True:
        try:
            yield 1
        except GeneratorExit:
            yield "refuses"


g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as error:
    print(error)


def stop_inside():
    yield 1
    raise StopIteration("inside")


try:
    list(stop_inside())
except RuntimeError as error:
    print(error, repr(error.__cause__), repr(error.__context__))


def reentrant():
    yield next(me)


me = reentrant()
try:
    next(me)
except ValueError as error:
    print(error)
g = simple()
try:
    g.throw(IndexError("before start"))
except IndexError as error:
    print(error, inspect.getgeneratorstate(g))
for args in ((5,), (ValueError, KeyError("k")), (ValueError, "text"), (ValueError("v"), "extra"),
        (ValueError, ValueError("same")), (int,), (ValueError, None, 5), ()):
    g = simple()
    next(g)
    try:
        g.throw(*args)
    except Exception as error:
        print(args, type(error).__name__, error)
g = (i for i in range(3))
print(g.gi_running, g.gi_suspended, g.gi_frame is not None, g.gi_code.co_name, g.gi_yieldfrom, g.__name__, list(g),
    g.gi_frame)
g.__name__, g.__qualname__ = "new", "q.new"
print(repr(g).split(" at ")[0])
for bad in (lambda: setattr(g, "__name__", 5), lambda: setattr(g, "x", 1), lambda: g[0], lambda: len(g),
        lambda: type(g)()):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(error)


def with_finally():
    try:
        yield 1
    finally:
        print("dropped generator runs its finally")


g = with_finally()
next(g)
del g


def returns():
    return 5
    yield


try:
    next(returns())
except StopIteration as stop:
    print(stop.value, stop.args)
try:
    raise StopIteration(1, 2)
except StopIteration as stop:
    print(stop.value, stop.args)
