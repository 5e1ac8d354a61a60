# sys: what it tells about the interpreter.
import sys
print(sys.version_info, sys.version_info >= (3, 11), sys.version.split()[0], sys.hexversion, sys.api_version,
    sys.implementation.name, sys.implementation.cache_tag, sys.implementation.version == sys.version_info,
    sys.byteorder, sys.maxsize, sys.maxunicode, sys.platform, sys.copyright.split("\n")[0][:15])
print(sys.float_info.max, sys.float_info.dig, sys.int_info, sys.hash_info, sys.thread_info.name, sys.float_repr_style)
print(sys.flags, sys.argv, sys.path[0].split("/")[-1], sys.executable != "", sys.prefix, sys.base_prefix,
    sys.exec_prefix, sys.platlibdir, sys.dont_write_bytecode, sys.pycache_prefix, sys.getdefaultencoding(),
    sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.stdout.encoding, sys.stderr.errors,
    sys.stdin.errors, sys.stdout.errors)
print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.getsizeof(sys.flags) > 0,
    sys.intern("x") is sys.intern("x"), sys.is_finalizing(), hasattr(sys, "ps1"), sys.warnoptions, sys._xoptions,
    sys.orig_argv[1:], hasattr(sys, "tracebacklimit"), sys.getallocatedblocks() > 0,
    sys.call_tracing(lambda a: a * 2, (4,)), len(sys.stdlib_module_names) > 250, "os" in sys.modules,
    sys.modules["sys"] is sys, callable(sys.displayhook), sys.__stdout__ is sys.stdout)
print(type(sys.version_info).__name__, sys.version_info.major, sys.version_info[1], sys.version_info[:3],
    hasattr(sys.version_info, "_asdict"), sys.flags.optimize, sys.flags.n_fields, sys.flags.n_sequence_fields,
    tuple(sys.flags)[:3], repr(sys.thread_info).split("(")[0])
for bad in (lambda: sys.intern(5), lambda: sys.intern(type("S", (str,), {})("x")), lambda: sys.version_info.__class__(),
        lambda: sys.flags.__class__((1,)), lambda: setattr(sys.version_info, "major", 4), lambda: sys.getsizeof(),
        lambda: sys.exit(1, 2), lambda: sys.setrecursionlimit("x"), lambda: sys._getframe("x"),
        lambda: sys.getrefcount(), lambda: sys.flags.nope, lambda: sys.set_asyncgen_hooks(5),
        lambda: sys.call_tracing(1), lambda: sys.addaudithook()):
    try:
        print(bad())
    except (TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)
sys.displayhook(None)
sys.displayhook([1, "x"])
import builtins
print(builtins._)
sys.displayhook(5)
print(_)
for statement in ("1 + 1", "None", "'shown by displayhook'", "for i in range(2): i * 10\n"):
    exec(compile(statement, "<s>", "single"))
events = []
sys.addaudithook(lambda name, args: events.append(name) if name in ("compile", "exec", "mine", "open") else None)
sys.audit("mine", 1, 2)
exec("1")
print(events[:3])
import sys as again
print(again is sys, sys.__name__, sys.__spec__.origin, sys.breakpointhook.__name__, sys.exc_info(),
    sorted(set(["argv", "path", "modules", "exit", "stdin", "getrefcount", "settrace", "_getframe", "unraisablehook",
    "exception", "get_coroutine_origin_tracking_depth"]) - set(dir(sys))))
sys.path.insert(0, "nowhere")
sys.exit(0)
