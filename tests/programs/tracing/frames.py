# Frame and code objects, seen from Python.
import inspect
import sys


def outer(a, *args, k=1, **kw):
    local = [a]
    frame = sys._getframe()

    def inner():
        f = sys._getframe()
        print(f.f_code.co_name, f.f_back is frame, f.f_back.f_code.co_name, f.f_globals is globals(),
            f.f_builtins["len"] is len, f.f_lineno - f.f_code.co_firstlineno, sorted(f.f_locals), f.f_trace,
            f.f_lasti > 0)
        return a
    inner()
    frame.f_locals["local"] = "ignored"
    print(local, sorted(frame.f_locals), frame.f_locals["args"], frame.f_locals["kw"])
    return frame


frame = outer(1, 2, 3, z=4)
print(frame.f_lineno - frame.f_code.co_firstlineno, frame.f_back is None, repr(frame).split(",")[-1],
    frame.f_code is outer.__code__)
frame.clear()
print(frame.f_locals)
try:
    sys._getframe().clear()
except RuntimeError as error:
    print(error)
try:
    sys._getframe(1000)
except ValueError as error:
    print(error)
code = outer.__code__
print(code.co_name, code.co_qualname, code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount,
    code.co_nlocals, code.co_varnames, code.co_cellvars, code.co_freevars, code.co_names, code.co_consts[0],
    code.co_flags, code.co_stacksize, code.co_filename.split("/")[-1], code.co_firstlineno)
print([line for *_, line in code.co_lines()][:6], list(code.co_positions())[2][:2], len(code.co_code) % 2,
    code.co_lnotab[:2] is not None)
new = code.replace(co_name="renamed", co_firstlineno=500)
print(new.co_name, new.co_firstlineno, new == code, code == code.replace(), hash(code) == hash(code.replace()),
    repr(new).split(",")[0].split(" at")[0])
for bad in (lambda: code.replace(co_name=5), lambda: code.replace(nope=1), lambda: code.replace(co_argcount=-1),
        lambda: setattr(code, "co_name", "x"), lambda: type(code)()):
    try:
        bad()
    except (TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)


def gen():
    yield sys._getframe().f_back.f_code.co_name


g = gen()
print(next(g), g.gi_frame.f_back, g.gi_frame.f_code is gen.__code__, g.gi_frame.f_lineno - gen.__code__.co_firstlineno)


def caller_name(): return sys._getframe(1).f_code.co_name


def a_caller(): return caller_name()


print(a_caller(), [f.function for f in inspect.stack()], inspect.currentframe() is sys._getframe(),
    inspect.getframeinfo(sys._getframe()).code_context)


class K:
    body = sys._getframe()
    names = sorted(n for n in sys._getframe().f_locals if n[0] != "_")


print(K.names, K.body.f_code.co_name, K.body.f_locals is not K.__dict__)
print([sys._getframe().f_code.co_name for _ in range(1)], (lambda: sys._getframe().f_code.co_qualname)(),
    eval("__import__('sys')._getframe().f_code.co_filename"))
