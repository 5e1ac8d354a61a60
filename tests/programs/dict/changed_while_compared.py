# Keys whose __eq__ changes the dictionary that looks for them.
import weakref


class Key:
    def __init__(self, n, change):
        self.n = n
        self.change = change

    def __hash__(self):
        return 1

    def __eq__(self, other):
        self.change()
        return True

    def __repr__(self):
        return f"Key({self.n})"


def empty_by_popitem(d):
    while d:
        d.popitem()


def changes(d):
    return {
        "clear": d.clear,
        "popitem": lambda: empty_by_popitem(d),
        "popitem once": lambda: d and d.popitem(),
        "popitem and other": lambda: (empty_by_popitem(d), d.setdefault("other", object())),
        "delete": lambda: [d.pop(k) for k in list(d) if type(k) is str],
        "add": lambda: d.update((f"key {i}", i) for i in range(20)),
    }


for name in changes({}):
    for use in ("store", "get", "pop", "setdefault", "delete", "in"):
        d = {}
        change = changes(d)[name]
        d["first"] = [1]
        d[Key(1, change)] = [2]
        key = Key(2, change)
        try:
            if use == "store":
                d[key] = [3]
                result = "stored"
            elif use == "get":
                result = d.get(key)
            elif use == "pop":
                result = d.pop(key, "none")
            elif use == "setdefault":
                result = d.setdefault(key, [4])
            elif use == "delete":
                del d[key]
                result = "deleted"
            else:
                result = key in d
        except Exception as e:
            result = type(e).__name__
        print(name, "|", use, "|", result, "|", len(d), [k for k in d if type(k) is not str])

w = weakref.WeakValueDictionary()
keys = [Key(i, w.clear) for i in range(5)]
for key in keys:
    w[key] = key
print(len(w))
