"""The tracers that `minipy gc --compare` and the conformance tests run on both interpreters.

They are kept as text because the other interpreter has to run them, too: PYTHON -c SOURCE OUTPUT BLOCKED FILE [ARGUMENTS].

- OUTPUT: the file for the result, a Python literal per line.
- BLOCKED: names of modules, joined by commas, that cannot be imported in this run.

The start is the same on both sides: the program is compiled, everything there is is collected and frozen, and the free
lists are emptied by that. What the tracer itself allocates while the program runs is the same on both sides, too.
"""

_PROGRAM = r'''
import gc, sys

def run():
    output, blocked, path = sys.argv[1:4]
    for name in blocked.split(","):
        if name:
            sys.modules[name] = None
    with open(path, "rb") as file:
        source = file.read()
    code = compile(source, path, "exec", dont_inherit=True)
    del source, file
    sys.argv[:] = sys.argv[3:]
    folder, slash, _ = path.rpartition("/")
    sys.path[0] = folder + slash if folder or slash else "."
    module = type(sys)("__main__")
    module.__file__ = path
    module.__builtins__ = __builtins__
    sys.modules["__main__"] = module
    namespace = module.__dict__
    get_count = gc.get_count
    %(watch)s
    gc.collect()
    gc.freeze()
    gc.collect()
    gc.callbacks.append(on_collection)
    status = None
    try:
        exec(code, namespace)
    except SystemExit as exit:
        status = exit.code
    finally:
        end = get_count()
        if on_collection in gc.callbacks:
            gc.callbacks.remove(on_collection)
        with open(output, "w") as file:
            %(write)s
    if status is not None:
        sys.exit(status)

run()
'''


def _tracer(watch, write):
    """A program that runs another: `watch` defines on_collection(), `write` prints what was seen to `file`."""
    def indented(text, depth):
        return text.strip().replace("\n", "\n" + " " * depth)
    return _PROGRAM % {"watch": indented(watch, 4), "write": indented(write, 12)}


# Each collection, in order: ('gc', generation, counts before, collected, uncollectable); then ('end', counts).
SOURCE = _tracer(r'''
events = []
record = events.append
def on_collection(phase, info):
    if phase == "start":
        record(info["generation"])
        record(get_count())
    else:
        record(info["collected"])
        record(info["uncollectable"])
''', r'''
for i in range(0, len(events) - 3, 4):
    print(("gc", events[i], events[i + 1], events[i + 2], events[i + 3]), file=file)
print(("end", end), file=file)
''')

# The order of finalizers and weak reference callbacks: (generation, kind, name, line) for each Python function that a
# collection called: kind is 'finalizer' or 'callback', name the function's qualified name, line where it begins. Functions
# that are not written in Python are not seen. Only while a collection runs the calls are watched, by a profile function; of
# two programs that differ nowhere else, the collections come at the same allocations on both sides, though not at those of
# a run without.
ORDER_SOURCE = _tracer(r'''
calls = []
record = calls.append
setprofile, getprofile, getframe = sys.setprofile, sys.getprofile, sys._getframe
generation = interrupted = others = None
function = type(run)
def on_call(frame, event, argument):
    # What the collection calls has the interrupted code as its caller.
    if event == "call" and frame.f_back is interrupted:
        code = frame.f_code
        if any(type(f) is function and f.__code__ is code for f in gc.callbacks):
            return
        kind = "finalizer" if code.co_name == "__del__" else "callback"
        record((generation, kind, code.co_qualname, code.co_firstlineno))
def on_collection(phase, info):
    nonlocal generation, interrupted, others
    if phase == "start":
        generation, interrupted, others = info["generation"], getframe(1), getprofile()
        setprofile(on_call)
    else:
        setprofile(others)
        interrupted = others = None
''', r'''
for call in calls:
    print(call, file=file)
''')
