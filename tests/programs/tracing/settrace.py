# sys.settrace: events, lines, opcodes, exceptions, return values, local trace functions.
import sys
log = []


def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return None
    if event == "exception":
        arg = arg[0].__name__, str(arg[1])
    elif event == "return":
        arg = repr(arg).split(" at ")[0]
    log.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, arg))
    return tracer


def run(function, *args):
    log.clear()
    sys.settrace(tracer)
    try:
        function(*args)
    except Exception as error:
        print("raised", type(error).__name__)
    finally:
        sys.settrace(None)
    print(function.__name__)
    for event in log:
        if event[1] != "run":
            print("   ", *event)


def simple(x):
    y = x + 1
    if y > 2:
        y = 0
    return y


def loop(n):
    total = 0
    for i in range(n):
        if i % 2:
            continue
        total += i
    else:
        total += 100
    while total > 100:
        total -= 50
    return total


def raises():
    try:
        int("x")
    except ValueError:
        pass
    finally:
        done = 1
    {}["k"]


def nested():
    def inner(a):
        return a * 2
    return [inner(v) for v in (1, 2)]


def generator():
    def gen():
        x = yield 1
        yield x
    g = gen()
    next(g)
    g.send(5)
    g.close()
    for v in (q for q in "ab"):
        pass


def with_statement():
    import contextlib
    with contextlib.suppress(KeyError):
        raise KeyError
    return 1


def multiline(a,
              b=2):
    value = max(
        a,
        b,
    )
    return (value +
            1)


def classes():
    class K:
        x = 1

        def m(self): return self.x
    return K().m()


def matching(v):
    match v:
        case [1, x]:
            return x
        case {"k": y} if y:
            return y
        case _:
            pass


for f, args in ((simple, (1,)), (simple, (5,)), (loop, (3,)), (raises, ()), (nested, ()), (generator, ()),
        (with_statement, ()), (multiline, (1,)), (classes, ()), (matching, ([1, 2],)), (matching, ({"k": 0},))):
    run(f, *args)
