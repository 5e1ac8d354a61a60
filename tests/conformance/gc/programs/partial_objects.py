"""functools.partial in cycles."""
import functools

for i in range(700):
    x = []
    p = functools.partial(x.append, 1)
    x.append(p)
    p(); 
