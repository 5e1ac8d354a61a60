"""The order of finalizers and weak reference callbacks, for `minipy gc --compare`.

Like gc_trace.py a text that both interpreters run: PYTHON -c SOURCE OUTPUT BLOCKED FILE [ARGUMENTS]. OUTPUT gets a Python
literal a line: (generation, kind, name, line) for each Python function that a collection called: kind is 'finalizer' or
'callback', name the function's qualified name, line where it begins. Functions that are not written in Python are not seen.

Only while a collection runs the calls are watched, by a profile function; of two programs that differ nowhere else, the
collections come at the same allocations on both sides, though not at those of a run without.
"""

SOURCE = r'''
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
        if on_collection in gc.callbacks:
            gc.callbacks.remove(on_collection)
        with open(output, "w") as file:
            for call in calls:
                print(call, file=file)
    if status is not None:
        sys.exit(status)

run()
'''
