# Insertion order, changes while iterating, iterators' state, key equality and identity.
d = {}
for key in "banana":
    d[key] = d.get(key, 0) + 1
print(d)
del d["b"]
d["b"] = 0
d["a"] = "updated in place"
print(d, list(d.items())[0])
for change in ("d['new'] = 1", "del d['n']", "d.clear()", "d['a'] = 5", "d.pop('n'); d['zz'] = 1", "del d['b']; d['zz'] = 1", "d.update(q=1)"):
    d = {"a": 1, "n": 2, "b": 3}
    try:
        for key in d:
            exec(change)
        print(change, "no error", d)
    except (RuntimeError, KeyError) as error:
        print(change, type(error).__name__, error)
it = iter({1: 2, 3: 4})
print(next(it), it.__length_hint__(), it.__reduce__()[1:], list(it), it.__length_hint__())


class Key:
    log = []

    def __init__(self, name, code): self.name, self.code = name, code

    def __hash__(self):
        Key.log.append(f"hash {self.name}")
        return self.code

    def __eq__(self, other):
        Key.log.append(f"{self.name}=={other.name}")
        return self.name[0] == other.name[0]

    def __repr__(self): return self.name


a1, a2, b1 = Key("a1", 1), Key("a2", 1), Key("b1", 1)
table = {a1: "first", b1: "other", a2: "second"}
print(table, Key.log)
Key.log.clear()
print(table[a1], table[Key("b9", 1)], Key("c", 1) in table, Key.log)
Key.log.clear()
table.pop(a2); table.setdefault(b1, 0); copy = table.copy(); table == copy
print(table, Key.log)


class Angry:
    def __hash__(self): return 5
    def __eq__(self, other): raise ValueError("no comparing")


table = {Angry(): 1}
try:
    table[Angry()] = 2
except ValueError as error:
    print(error, len(table))


class Mutator:
    def __hash__(self): return 7

    def __eq__(self, other):
        table.clear()
        return False


table = {Mutator(): 1}
print(table.get(Mutator(), "default"), table)
nan = float("nan")
print({nan: 1}.get(nan), {nan: 1}.get(float("nan")), len({nan: 1, float("nan"): 2}), {1: "a", True: "b", 1.0: "c"})


class Unhashable:
    __hash__ = None


class BadHash:
    def __hash__(self): return "x"


class HugeHash:
    def __hash__(self): return 2 ** 64 + 3


for key in (Unhashable(), BadHash(), HugeHash()):
    try:
        print(hash(key), key in {})
    except TypeError as error:
        print(error)
mixed = {i * 7919 % 101: i for i in range(60)}
for i in range(0, 101, 2):
    mixed.pop(i, None)
mixed.update({i: -i for i in range(0, 20, 3)})
print(mixed)
