"""Module docstring."""
# Under -OO docstrings vanish too.


def f():
    """Function docstring."""


class C:
    """Class docstring."""

    def m(self):
        "Method docstring."
        return 1


print(__doc__, f.__doc__, C.__doc__, C.m.__doc__, C().m())
print(int.__doc__ is None)
import sys
print(sys.flags.optimize)
