# More of tracing: f_trace_lines, f_trace_opcodes, jumping, errors in the tracer, setprofile.
import sys


def target():
    a = 1
    b = 2
    c = a + b
    return c


events = []


def opcodes(frame, event, arg):
    frame.f_trace_opcodes = True
    frame.f_trace_lines = False
    events.append(event)
    return opcodes


sys.settrace(opcodes)
target()
sys.settrace(None)
print(events[0], events.count("opcode") > 5, "line" in events, events[-1])


def jumper(frame, event, arg):
    if event == "line" and frame.f_code.co_name == "jumps" and frame.f_lineno == frame.f_code.co_firstlineno + 2:
        frame.f_lineno += 2
    return jumper


def jumps():
    out = ["start"]
    out.append("skipped 1")
    out.append("skipped 2")
    out.append("reached")
    return out


sys.settrace(jumper)
result = jumps()
sys.settrace(None)
print(result)


def bad_jump(frame, event, arg):
    if event == "line" and frame.f_code.co_name == "into_loop" and not messages:
        for line in (frame.f_code.co_firstlineno + 3, 10_000, frame.f_code.co_firstlineno - 1, "x"):
            try:
                frame.f_lineno = line
            except (ValueError, TypeError) as error:
                messages.append(f"{type(error).__name__} {error}")
    return bad_jump


def into_loop():
    x = 1
    for i in range(2):
        x += i
    return x


messages = []
sys.settrace(bad_jump)
into_loop()
sys.settrace(None)
print(*[m.replace(str(into_loop.__code__.co_firstlineno - 1), "N") for m in messages], sep="\n")
try:
    sys._getframe().f_lineno = 1
except ValueError as error:
    print(error)


def failing(frame, event, arg):
    if event == "line":
        raise RuntimeError("tracer failed")
    return failing


sys.settrace(failing)
try:
    target()
except RuntimeError as error:
    print(error, sys.gettrace())
sys.settrace(None)
profile = []


def profiler(frame, event, arg):
    name = arg.__name__ if event.startswith("c_") else frame.f_code.co_name
    profile.append((event, name))


def work():
    len("abc")
    sorted([2, 1], key=lambda v: -v)
    try:
        int("bad")
    except ValueError:
        pass
    try:
        [].pop()
    except IndexError:
        pass
    return target()


sys.setprofile(profiler)
work()
sys.setprofile(None)
print(*profile, sep="\n")
print(sys.getprofile(), sys.gettrace())


def stop_early(frame, event, arg):
    lines.append(frame.f_lineno - frame.f_code.co_firstlineno)
    if len(lines) == 3:
        frame.f_trace = None
        return None
    return stop_early


lines = []
sys.settrace(stop_early)
target()
sys.settrace(None)
print(lines)
for bad in (5, "x"):
    sys.settrace(bad)
    try:
        target()
    except TypeError as error:
        sys.settrace(None)
        print(error)
    sys.settrace(None)
