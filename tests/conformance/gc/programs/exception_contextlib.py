"""contextlib's managers."""
import contextlib

@contextlib.contextmanager
def managed(x):
    try:
        yield x
    finally:
        x.append(x)

for i in range(300):
    with managed([]) as x:
        pass
    with contextlib.suppress(ValueError):
        raise ValueError(x)
    with contextlib.ExitStack() as stack:
        stack.enter_context(managed([]))
        stack.callback(x.append, stack)
