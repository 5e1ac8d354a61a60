# contextlib: contextmanager, closing, suppress, redirect, ExitStack, nullcontext, ContextDecorator.
import contextlib
import io
import sys


@contextlib.contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name.upper()
    except ValueError as error:
        print("swallowed", error)
    finally:
        print(f"</{name}>")


with tag("a") as a, tag("b") as b:
    print(a, b)
    raise ValueError("v")
try:
    with tag("c"):
        raise KeyError("k")
except KeyError as error:
    print("passed", error)


@tag("decorated")
def function(x): return x * 2


print(function(4))


@contextlib.contextmanager
def broken(kind):
    if kind == "no yield":
        return
    yield 1
    if kind == "two":
        yield 2


for kind in ("no yield", "two"):
    try:
        with broken(kind):
            pass
    except RuntimeError as error:
        print(error)


@contextlib.contextmanager
def stop():
    yield
    raise StopIteration("x")


try:
    with contextlib.suppress(KeyError, IndexError):
        {}[1]
    with contextlib.suppress(KeyError):
        raise StopIteration("through")
except StopIteration as error:
    print("stop", error)
out = io.StringIO()
with contextlib.redirect_stdout(out), contextlib.closing(io.StringIO()) as inner:
    print("captured")
print(repr(out.getvalue()), inner.closed)
with contextlib.redirect_stderr(sys.stdout):
    print("to stderr", file=sys.stderr)
with contextlib.ExitStack() as stack:
    for name in "xyz":
        stack.enter_context(tag(name))
    stack.callback(print, "callback", end="!\n")
    stack.push(lambda *info: print("push", info[0]) or True)
    raise LookupError("in stack")
print("after stack")
with contextlib.ExitStack() as stack:
    stack.enter_context(tag("kept"))
    kept = stack.pop_all()
print("outside")
kept.close()
try:
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: {}["first callback"])
        stack.callback(lambda: [][0])
        raise ValueError("body")
except KeyError as error:
    print(repr(error), repr(error.__context__), repr(error.__context__.__context__))
with contextlib.nullcontext(5) as five:
    print(five)


class Deco(contextlib.ContextDecorator):
    def __enter__(self): print("enter"); return self
    def __exit__(self, *info): print("exit", info[0]); return False


@Deco()
def noisy(): print("body")


noisy(); noisy()
try:
    contextlib.ExitStack().enter_context(5)
except TypeError as error:
    print(error)


class Abstract(contextlib.AbstractContextManager):
    def __exit__(self, *info): return None


with Abstract() as same:
    print(type(same).__name__, isinstance(same, contextlib.AbstractContextManager))


async def run():
    @contextlib.asynccontextmanager
    async def manager(n):
        print("in", n)
        yield n
        print("out", n)
    async with manager(1) as one, contextlib.AsyncExitStack() as stack:
        two = await stack.enter_async_context(manager(2))
        print(one, two)
    async with contextlib.aclosing(gen()) as g:
        async for x in g:
            print(x)
            break


async def gen():
    try:
        yield 1
    finally:
        print("aclosed")


try:
    run().send(None)
except StopIteration:
    pass
