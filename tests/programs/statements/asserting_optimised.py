# Under -O asserts vanish and __debug__ is false; docstrings stay.
def f():
    """A docstring."""
    assert False, "removed"
    if __debug__:
        return "debug"
    return "optimised"


print(f(), __debug__, f.__doc__)
import sys
print(sys.flags.optimize, f.__code__.co_consts)
try:
    exec("__debug__ = 1")
except SyntaxError as error:
    print(error)
