# Methods of dict and its views.
d = {"a": 1, "b": 2}
print(d["a"], d.get("z"), d.get("z", 0), d.setdefault("c", 3), d.setdefault("a", 9), d.pop("c"), d.pop("c", "gone"), d)
d.update({"b": 20, "d": 4}); d.update([("e", 5), ["f", 6]], g=7); d.update(x=1); d.update(); d.update({}); print(d)
print(d.popitem(), d.popitem(), list(d), list(d.keys()), list(d.values()), list(d.items()), list(reversed(d)),
    list(reversed(d.items())), len(d), "a" in d, 1 in d)
e = d.copy(); e["a"] = 100; print(d["a"], d == e, d != e, {"a": 1, "b": 2} == {"b": 2, "a": 1}, {1: 2} == {1.0: 2.0},
    {} == [])
print(dict.fromkeys("abc"), dict.fromkeys([1, 2], []), dict.fromkeys({}, 5), dict([("k", 1)], k=2),
    dict(zip("ab", [1, 2])), dict({1: 2}, a=3), {**d, "z": 0}, d | {"a": 0}, {"q": 1} | d, dict(a=1) | {})
d |= [("new", 1)]; print(d); d |= {"new": 2}; print(d)
k, v, i = d.keys(), d.values(), d.items()
print(k, v, i, len(k), "a" in k, 1 in v, ("a", 1) in i, ("a", 2) in i, "a" in i, k & {"a", "zz"} == {"a"},
    sorted(k | {"zz"}), sorted(k - {"a"}), sorted(k ^ {"a", "y"}), k == set(d), k <= {"a"}, k >= {"a"},
    k.isdisjoint("xyz"), i & {("a", 1)}, v == d.values(), k == d.keys(), sorted({"a"} - k), k.mapping)
d["later"] = 1; print("later" in k, len(i))
try:
    i.mapping["x"] = 1
except TypeError as error:
    print(error)
for source in ("{}['x']", "{}[1, 2]", "{1: 1}[[]]", "{[]: 1}", "{}.pop('x')", "{}.pop()", "{}.popitem()",
        "{}.update(5)", "{}.update([1])", "{}.update([(1, 2, 3)])", "{}.update(['ab', 'c'])", "dict(5)", "dict([1])",
        "dict([(1, 2, 3)])", "dict(1, 2)", "{} | []", "{} < {}", "{}.get()", "{}.get([])", "dict.fromkeys(5)",
        "dict.fromkeys([[]])", "hash({})",
               "{}.keys() + {}.keys()", "{1: 2}.keys()[0]", "{}.setdefault()", "{}.setdefault([])", "dict(**{1: 2})",
                   "{}.nope", "{1: [1]}.items() & {(1, 2)}", "hash({}.keys())", "{}.fromkeys()", "[] in {}.keys()",
                   "{1: 2}.items() | {(3, [])}", "{}.copy(1)", "{} + {}", "{'a': 1}.a", "dict({}, {})",
                   "{}.__delitem__(3)", "{}.__contains__([])", "{1}.keys()", "iter({}.items()).nope"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
r = {}; r["self"] = r; r["list"] = [r]; print(r, r.values(), r.items())


class Default(dict):
    def __missing__(self, key):
        self[key] = f"made {key}"
        return self[key]


m = Default(a=1)
print(m["a"], m["b"], m.get("c"), "c" in m, m, m | {}, type(m | {}).__name__, type(m.copy()).__name__,
    type(Default.fromkeys("a")).__name__)


class Mapping:
    def keys(self): return ["p", "q"]
    def __getitem__(self, key): return key * 2


print(dict(Mapping()), {**Mapping()}, (lambda **k: k)(**Mapping()))
