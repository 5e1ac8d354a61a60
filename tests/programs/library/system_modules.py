"""spwd, syslog, resource and xxsubtype."""
import copy
import os
import subprocess
import sys
import warnings

events = []
sys.addaudithook(lambda event, arguments: events.append((event, arguments)) if event.startswith(("syslog.", "resource.")) else None)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import spwd
print([(type(w.message), str(w.message), w.lineno) for w in caught])
import resource
import syslog
import xxsubtype


def t(function, *arguments, **keywords):
    try:
        result = function(*arguments, **keywords)
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
    else:
        print(repr(result)[:200])
    for event in events:
        print("   ", event)
    events.clear()


print("-- spwd")
t(spwd.getspnam, 5)
t(spwd.getspnam)
t(spwd.getspnam, b"root")
t(spwd.getspnam, "a\0b")
t(spwd.getspall, 1)
print(spwd.struct_spwd, len(vars(spwd.struct_spwd)), spwd.struct_spwd.n_fields, spwd.struct_spwd.__match_args__)
if os.access("/etc/shadow", os.R_OK):
    entry = spwd.getspnam("root")
    assert entry.sp_nam == entry.sp_namp == "root" and len(entry) == 9 and entry.sp_pwd == entry.sp_pwdp
    assert entry in spwd.getspall()
    t(spwd.getspnam, "nobody here")
else:  # not for everybody's eyes
    print("KeyError: 'getspnam(): name not found'")

print("-- syslog")
for arguments in [(), ("a", "b", "c"), ("x",), (5, "x"), (5,), ("a\0b",), (1.0, "x"), ("x", "y"), (1, 2), (2**80, "x"), ("\udc80",)]:
    t(syslog.syslog, *arguments)
for arguments in [(5,), ("ident", 0, 8), (), ("\udc80",), ("a", 2**40), (1, 2, 3, 4), ("a", "b"), ("a", 2.0)]:
    t(syslog.openlog, *arguments)
t(syslog.openlog, "a", logoption=1, facility=8)
t(syslog.openlog, ident=None)
t(syslog.openlog, "a", foo=1)
t(syslog.syslog, "x")
for function in syslog.setlogmask, syslog.LOG_MASK, syslog.LOG_UPTO:
    for arguments in [(5,), ("a",), (255,), (), (1, 2), (2**40,), (-1,), (31,), (63,), (-2**40,)]:
        t(function, *arguments)
t(syslog.LOG_UPTO, a=2)
t(syslog.closelog)
t(syslog.closelog)
t(syslog.closelog, 1)
print({name: value for name, value in vars(syslog).items() if name.startswith("LOG_") and isinstance(value, int)})
program = "import syslog; syslog.openlog(%r, syslog.LOG_PERROR); syslog.syslog('message'); syslog.syslog(syslog.LOG_ERR, 'ärror')"
for ident in "name", None:
    code = program % ident if ident else program.replace("%r, ", "logoption=")
    print(subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE).stderr.decode())

print("-- resource")
for name, value in vars(resource).items():
    if not name.startswith("__"):
        print(name, value if isinstance(value, (int, type)) else value.__text_signature__)
for arguments in [(99,), (), ("a",), (resource.RUSAGE_SELF, 1)]:
    t(resource.getrusage, *arguments)
for who in resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN, resource.RUSAGE_THREAD:
    use = resource.getrusage(who)
    print([type(field).__name__ for field in use], use.ru_maxrss > 0, use.ru_utime >= 0, use[2] == use.ru_maxrss)
core = resource.RLIMIT_CORE
for arguments in [(99,), (-1,), ("a",), ()]:
    t(resource.getrlimit, *arguments)
for limits in [(0, 0), [0, 0], (0,), 5, (0, 1, 2), (5, 1), ("a", 1), (2**70, 1)]:
    t(resource.setrlimit, core, limits)
t(resource.getrlimit, core)
t(resource.setrlimit, 99, (0, 0))
t(resource.setrlimit, core)
for arguments in [(0, core), (0, core, (0, 0)), (0, core, None), (10**9, core), (0, 99), (0,), ("a", 1), (2**40, 1), (0, core, (5, 1)),
                  (0, core, 5), (os.getpid(), core)]:
    if len(arguments) > 1 and arguments[0] == os.getpid():
        print(resource.prlimit(*arguments))
        events.clear()
    else:
        t(resource.prlimit, *arguments)
t(resource.getpagesize)
t(resource.getpagesize, 1)

print("-- xxsubtype")
spam, eggs = xxsubtype.spamlist([1, 2, 3]), xxsubtype.spamdict(a=1)
for each in spam, eggs:
    kind = type(each)
    print(kind, kind.__mro__, hex(kind.__flags__), kind.__basicsize__, sys.getsizeof(each), each)
    print([(name, type(value).__name__) for name, value in vars(kind).items()])
    t(lambda: each.state)
    t(each.getstate)
    t(each.getstate, 1)
    for arguments in [(5,), (), ("a",), (2**40,), (-2**40,), (1, 2)]:
        t(each.setstate, *arguments)
    t(lambda: each.state)
    t(setattr, each, "state", 3)
    t(copy.copy, each)
    t(lambda: each.other)
t(spam.classmeth, 1, 2, a=3)
t(spam.classmeth)
t(xxsubtype.spamlist.classmeth, 3, b=2)
t(spam.staticmeth, 1, a=2)
t(spam.staticmeth)
t(xxsubtype.spamlist.staticmeth, 5)
t(xxsubtype.spamlist, 5)
t(xxsubtype.spamlist, a=1)
t(xxsubtype.spamdict, [(1, 2)], b=3)
for arguments in [([], "foo"), ([], 5), (), ([], "append", 2, 3), ([], None)]:
    t(xxsubtype.bench, *arguments)
print(type(xxsubtype.bench([], "append", 10)))


class Own(xxsubtype.spamlist):
    pass


own = Own([1])
own.extra = 1
own.setstate(7)
print(own, own.state, own.extra, own.getstate())
