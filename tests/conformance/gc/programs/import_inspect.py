"""inspect and signatures."""
import inspect

def f(a, b=1, *args, c, **kwargs): pass
for i in range(20):
    inspect.signature(f)
