# WeakValueDictionary, WeakKeyDictionary, WeakSet.
import weakref


class K:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"K{self.n}"


a, b, c = K(1), K(2), K(3)
values = weakref.WeakValueDictionary(a=a, b=b)
values["c"] = c
values.setdefault("d", a)
print(sorted(values), len(values), values["a"], values.get("zz"), "b" in values, sorted(map(repr, values.values())),
    values.pop("d"))
del b
print(sorted(values), len(values))
keys = weakref.WeakKeyDictionary({a: "one", c: "three"})
print(keys[a], len(keys), sorted(map(repr, keys)), a in keys, keys.get(K(1), "other object"))
del c
print(len(keys), sorted(values), list(values.items()))
s = weakref.WeakSet([a, K(9)])
t = K(5)
s.add(t)
print(len(s), a in s, s | {t} == s, sorted(map(repr, s)))
s.discard(a)
del t
print(len(s), list(s))
for k in list(values.valuerefs()):
    print(k())
it = iter(values)
temporary = K(7)
values["t"] = temporary
try:
    for key in values.keys():
        temporary = None
    print(sorted(values))
except RuntimeError as error:
    print(error)
for bad in (lambda: values.__setitem__("x", 5), lambda: keys.__setitem__(5, 1), lambda: s.add("str"),
        lambda: values["nope"], lambda: keys[5]):
    try:
        bad()
    except (TypeError, KeyError) as error:
        print(type(error).__name__, error)


class Cache:
    def __init__(self): self.made, self.live = 0, weakref.WeakValueDictionary()

    def get(self, n):
        try:
            return self.live[n]
        except KeyError:
            self.made += 1
            value = self.live[n] = K(n)
            return value


cache = Cache()
kept = [cache.get(i % 3) for i in range(10)]
cache.get(99)
print(cache.made, sorted(cache.live), kept[0] is kept[3])
kept.clear()
print(sorted(cache.live), len(cache.live.copy()))
