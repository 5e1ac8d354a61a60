"""functools.lru_cache and cache, full and with cycles."""
import functools

@functools.lru_cache(maxsize=16)
def f(n):
    x = [n]
    x.append(x)
    return x

@functools.cache
def g(a, b=2):
    return (a, b)

for i in range(900):
    f(i % 40)
    g(i % 10, b=i % 3)
print(f.cache_info().hits)
