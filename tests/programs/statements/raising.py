# raise in all its forms: classes, instances, from, from None, re-raise, and what cannot be raised (7.8).
def show(action):
    try:
        action()
    except BaseException as error:
        print(f"{type(error).__name__}({error}) cause={error.__cause__!r} context={error.__context__!r} "
              f"suppress={error.__suppress_context__}")


def plain(): raise ValueError
def instance(): raise ValueError("message", 2)
def with_cause(): raise ValueError("v") from KeyError("k")
def with_class_cause(): raise ValueError("v") from KeyError


def implicit():
    try:
        1 / 0
    except ZeroDivisionError:
        raise LookupError("while handling")


def none_cause():
    try:
        1 / 0
    except ZeroDivisionError:
        raise LookupError("hidden") from None


def again():
    try:
        raise OSError(2, "No such file or directory", "f.txt")
    except OSError:
        raise


def nothing(): raise
def integer(): raise 5
def string_class(): raise str
def bad_cause(): raise ValueError from 3


class Weird(Exception):
    def __new__(cls):
        return 17


def new_gives_other(): raise Weird
def none(): raise None


class Init(Exception):
    def __init__(self):
        raise RuntimeError("in __init__")


def init_fails(): raise Init


for function in (plain, instance, with_cause, with_class_cause, implicit, none_cause, again, nothing, integer,
        string_class, bad_cause,
                 new_gives_other, none, init_fails):
    show(function)
