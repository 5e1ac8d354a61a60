# Errors that cannot be raised: in __del__, in weakref callbacks, in gc callbacks; sys.unraisablehook.
import sys
import weakref


class Noisy:
    def __del__(self): raise ValueError("in __del__")


class Target: pass


def hook(info):
    print("unraisable:", info.exc_type.__name__, info.exc_value, info.err_msg,
        getattr(info.object, "__qualname__", type(info.object).__name__), info.exc_traceback is not None)


sys.unraisablehook = hook
Noisy()
t = Target()
r = weakref.ref(t, lambda ref: 1 / 0)
del t
print(r() is None)


def generator():
    try:
        yield
    finally:
        raise KeyError("while closing")


g = generator()
next(g)
del g
sys.unraisablehook = sys.__unraisablehook__


class Callback:
    def __call__(self, ref): raise RuntimeError("default hook")
    def __repr__(self): return "<a callback>"


t = Target()
r = weakref.ref(t, Callback())
del t
print("end")
