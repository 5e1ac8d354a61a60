# Where the carets go: every kind of expression that can fail (PEP 657).
import sys


class Obj:
    def __getattr__(self, name): raise AttributeError(name)
    def __call__(self, *args, **kwargs): raise ValueError("called")
    def __getitem__(self, key): raise KeyError(key)
    def __setitem__(self, key, value): raise KeyError(key)
    def __delitem__(self, key): raise KeyError(key)
    def __bool__(self): raise ValueError("bool")
    def __iter__(self): raise ValueError("iter")
    def __contains__(self, x): raise ValueError("contains")
    def __eq__(self, other): raise ValueError("eq")
    def __neg__(self): raise ValueError("neg")
    def __format__(self, spec): raise ValueError("format")
    def __enter__(self): raise ValueError("enter")
    def __exit__(self, *a): pass
    __hash__ = None


o, n, s = Obj(), None, "s"


def check(f):
    try:
        f()
    except Exception:
        sys.excepthook(*sys.exc_info())


check(lambda: 1 + (2 * (3 / 0)))
check(lambda: (1, 2, n.x.y))
check(lambda: s.upper().lower()[5])
check(lambda: [1, 2][10] + [3][0])
check(lambda: o(1, *[2], key=3))
check(lambda: o . attr)
check(lambda: not o)
check(lambda: -o)
check(lambda: o == 5)
check(lambda: 5 in o)
check(lambda: 1 if o else 2)
check(lambda: [x for x in o])
check(lambda: {**5})
check(lambda: {o: 1})
check(lambda: f"text {o} more")
check(lambda: f"{1 + n}")
check(lambda: (lambda: undefined)())
check(lambda: len(5) + max(s))
check(lambda: s + 1 if s else 0)
check(lambda: "é" + "日本" + 1 * 2)
check(lambda: (n
               .x))
check(lambda: max(1,
                  "a",
                  3))
check(lambda: 1 +
      n)


def statements(which):
    if which == 0:
        a, b = 1, 2, 3
    elif which == 1:
        for x in 5: pass
    elif which == 2:
        with o: pass
    elif which == 3:
        del o[1]
    elif which == 4:
        o[1:2] = 5
    elif which == 5:
        o[1] += 5
    elif which == 6:
        raise ValueError("raised") from KeyError("cause")
    elif which == 7:
        assert o == 1, "message"
    elif which == 8:
        import no_such_module_at_all
    elif which == 9:
        from os import no_such_name
    elif which == 10:
        return n + 1
    elif which == 11:
        global undefined_global
        del undefined_global
    elif which == 12:
        print(local)
        local = 1
    elif which == 13:
        class C(5): pass
    elif which == 14:
        @n
        def f(): pass
    elif which == 15:
        s.x = s.y = 1
    elif which == 16:
        match s:
            case int.nothing: pass
    elif which == 17:
        x: undefined_annotation = n.value
    elif which == 18:
        while o: pass
    elif which == 19:
        lambda: 0; n()
    elif which == 20:
        a = b = c = [1][1]


for i in range(21):
    check(lambda: statements(i))
