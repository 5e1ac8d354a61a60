# The traceback module over real exceptions: format, extract, walk, limit, TracebackException.
import io
import sys
import traceback


def a(n): return b(n)


def b(n):
    if n == 0:
        raise ValueError("deep down")
    return a(n - 1)


try:
    a(1)
except ValueError as error:
    caught = error
print("".join(traceback.format_exception(caught)), end="")
print("".join(traceback.format_exception(caught, limit=1)), end="")
print("".join(traceback.format_exception(caught, limit=-1)), end="")
print(traceback.format_exception_only(caught), traceback.format_exception_only(SyntaxError,
    SyntaxError("bad", ("f.py", 1, 5, "if x\n", 1, 6))))
for frame in traceback.extract_tb(caught.__traceback__):
    print(frame.name, frame.lineno, frame.line, frame.colno, frame.end_colno, frame.end_lineno, tuple(frame)[1:])
out = io.StringIO()
traceback.print_exception(caught, file=out)
print(out.getvalue() == "".join(traceback.format_exception(caught)))
te = traceback.TracebackException.from_exception(caught.with_traceback(caught.__traceback__.tb_next), capture_locals=True)
print("".join(te.format()), te.exc_type.__name__, str(te), end="")


def stack(): return [f.name for f in traceback.extract_stack()]


print(stack(), [f.f_code.co_name for f, line in traceback.walk_stack(sys._getframe())])
try:
    try:
        {}["x"]
    except KeyError:
        raise IndexError("second")
except IndexError:
    print(traceback.format_exc())
    traceback.print_exc(chain=False, file=sys.stdout)
traceback.print_stack(file=sys.stdout)
print(traceback.format_list([("f.py", 3, "name", "the line"), traceback.FrameSummary("g.py", 4, "<module>",
    lookup_line=False, line="x")]))
frame = caught.__traceback__.tb_next.tb_frame
print(frame.f_locals, frame.f_lineno, frame.f_code.co_name, frame.f_back.f_code.co_name if frame.f_back else None)
traceback.clear_frames(caught.__traceback__)
print(frame.f_locals)
tb = caught.__traceback__
new = type(tb)(None, tb.tb_frame, tb.tb_lasti, 999)
print(new.tb_lineno, caught.with_traceback(new).__traceback__ is new)
for bad in (lambda: setattr(tb, "tb_next", tb), lambda: setattr(tb, "tb_next", 5), lambda: type(tb)(1, 2, 3, 4)):
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(error)
