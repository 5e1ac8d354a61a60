"""The tracer that `minipy gc --compare` and the conformance tests run on both interpreters.

It is kept as text because the other interpreter has to run it, too: PYTHON -c SOURCE OUTPUT BLOCKED FILE [ARGUMENTS].

- OUTPUT: the file for the result, a Python literal per line: ('gc', generation, counts before, collected,
  uncollectable) for each collection, in order, then ('end', counts).
- BLOCKED: names of modules, joined by commas, that cannot be imported in this run.

The start is the same on both sides: the program is compiled, everything there is is collected and frozen, and the free
lists are emptied by that. What the tracer itself allocates while the program runs is the same on both sides, too.
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
    events = []
    record = events.append
    get_count = gc.get_count
    def on_collection(phase, info):
        if phase == "start":
            record(info["generation"])
            record(get_count())
        else:
            record(info["collected"])
            record(info["uncollectable"])
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
            for i in range(0, len(events) - 3, 4):
                print(("gc", events[i], events[i + 1], events[i + 2], events[i + 3]), file=file)
            print(("end", end), file=file)
    if status is not None:
        sys.exit(status)

run()
'''
