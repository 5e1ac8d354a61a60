# Without handler: the traceback on standard error, and status 1. Output before it is flushed.
print("before", end="")


class Oops(Exception):
    def __str__(self): return "two\nlines"


def deep(n):
    if n:
        deep(n - 1)
    else:
        raise Oops


deep(2)
