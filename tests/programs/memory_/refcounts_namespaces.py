# References to namespaces: of the main program, of code that exec() and eval() run, of threads and frames.
import sys, threading, types
count = sys.getrefcount
print(count(globals()), count(sys.modules["__main__"]))
namespace = {"count": count}
code = "print(count(globals()), count(locals()))"
exec(code, namespace)
exec(code, namespace, {})
exec(compile(code, "code", "exec"), namespace)
eval(code, namespace)
eval(code, namespace, {})
exec(code)
eval(code)
def function():
    exec(code, namespace)
    exec(code)
    eval(code)
    print(count(locals()), count(globals()))
function()
def generator(): yield count(globals()), count(locals())
print(list(generator()))
class Class: counts = count(globals()), count(locals())
print(Class.counts, [count(globals()) for _ in range(2)], eval("count(globals())"))
frame = sys._getframe()
print(count(frame), count(frame.f_globals), count(frame.f_locals), count(frame.f_code))
def target(): print(count(globals()), count(sys._getframe()), count(target))
thread = threading.Thread(target=target)
thread.start(); thread.join()
print(count(types.ModuleType("m").__dict__), count(globals()), count(threading.__dict__))
