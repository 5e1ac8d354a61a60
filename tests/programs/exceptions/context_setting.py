# __context__ is set by the interpreter: nested handlers, cycles, sys.exc_info, reraising.
import sys


def show(error):
    parts = []
    seen = set()
    while error and id(error) not in seen:
        seen.add(id(error))
        parts.append(f"{error!r}{'*' if error.__suppress_context__ else ''}")
        error = error.__context__
    print(" / ".join(parts))


try:
    try:
        try:
            raise ValueError(1)
        except ValueError:
            raise KeyError(2)
    except KeyError:
        raise IndexError(3)
except IndexError as error:
    show(error)
try:
    try:
        raise ValueError("a")
    except ValueError as error:
        raise error
except ValueError as error:
    show(error)
try:
    a, b = ValueError("a"), KeyError("b")
    try:
        try:
            raise a
        except ValueError:
            raise b
    except KeyError:
        raise a
except ValueError as error:
    show(error)
    show(b)
print(sys.exc_info())


def inner():
    print("inner sees", repr(sys.exc_info()[1]))
    try:
        raise KeyError("own")
    except KeyError:
        print("now", repr(sys.exc_info()[1]))
    print("again", repr(sys.exc_info()[1]))


try:
    raise ValueError("outer")
except ValueError:
    inner()
    print("outer", sys.exception() is sys.exc_info()[1], sys.exception())
print(sys.exception())
try:
    try:
        1 / 0
    finally:
        print("in finally:", sys.exc_info()[1])
        try:
            raise ValueError
        except ValueError:
            pass
        print("restored:", sys.exc_info()[1])
except ZeroDivisionError as error:
    show(error)


def loop():
    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError as error:
            if i == 0:
                continue
            if i == 2:
                return repr(sys.exc_info()[1])
        print("between", sys.exc_info()[1])


print(loop(), sys.exc_info()[1])
for handler in (lambda: exec("try:\n 1/0\nexcept* ZeroDivisionError:\n raise KeyError"),
        lambda: exec("try:\n 1/0\nexcept Exception as e:\n e.__context__ = e\n raise")):
    try:
        handler()
    except BaseException as error:
        print(type(error).__name__, repr(error.__context__))


class Manager:
    def __enter__(self): pass
    def __exit__(self, *info):
        print("exit sees", repr(sys.exc_info()[1]), info[1] is sys.exc_info()[1])
        raise LookupError("from exit")


try:
    with Manager():
        raise ValueError("body")
except LookupError as error:
    show(error)


class Del:
    def __del__(self):
        print("del sees", repr(sys.exc_info()[1]))


try:
    raise ValueError("while deleting")
except ValueError:
    d = Del()
    del d
traceback_depth = 0
try:
    inner_function = lambda: 1 / 0
    inner_function()
except ZeroDivisionError as error:
    tb = error.__traceback__
    while tb:
        traceback_depth += 1
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_lasti >= 0, end="; ")
        tb = tb.tb_next
print(traceback_depth)
