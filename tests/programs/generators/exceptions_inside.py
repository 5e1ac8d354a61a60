# The exception being handled is the generator's own while it runs, the caller's while it is suspended.
import sys


def gen():
    try:
        raise ValueError("in generator")
    except ValueError:
        print("inside:", sys.exc_info()[1])
        yield 1
        print("still:", sys.exc_info()[1])
        try:
            raise KeyError("second")
        except KeyError as error:
            print("context:", repr(error.__context__))
            yield 2
    print("after:", sys.exc_info()[1])
    yield 3


g = gen()
print(next(g), sys.exc_info())
try:
    raise IndexError("caller")
except IndexError:
    print(next(g), sys.exc_info()[1])
    print(next(g), sys.exc_info()[1])


def handler_sees_caller():
    print("generator sees", repr(sys.exc_info()[1]))
    yield
    print("generator sees", repr(sys.exc_info()[1]))


g = handler_sees_caller()
try:
    1 / 0
except ZeroDivisionError:
    next(g)
next(g, None)


def reraise():
    try:
        yield 1
    except ValueError:
        yield 2
        raise


g = reraise()
next(g)
g.throw(ValueError("original"))
try:
    raise TypeError("other")
except TypeError:
    try:
        next(g)
    except ValueError as error:
        print(error, repr(error.__context__))


def context_chain():
    try:
        yield
    except KeyError:
        raise LookupError("converted")


g = context_chain()
next(g)
try:
    g.throw(KeyError("k"))
except LookupError as error:
    print(repr(error), repr(error.__context__), error.__traceback__.tb_next.tb_frame.f_code.co_name)


def finally_return():
    try:
        yield 1
    finally:
        return "from finally"


g = finally_return()
next(g)
try:
    g.throw(ValueError("swallowed"))
except StopIteration as stop:
    print(stop.value)


def loop():
    for i in range(3):
        try:
            yield i
        except ValueError:
            continue
        finally:
            print("f", i, end=" ")


g = loop()
print(next(g), g.throw(ValueError()), next(g), list(g))


def with_statement():
    import contextlib
    with contextlib.suppress(KeyError):
        yield "in with"
    yield "after with"


g = with_statement()
print(next(g), g.throw(KeyError("x")))
print(sys.exc_info())
