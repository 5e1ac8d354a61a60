# Everything is evaluated from left to right, and the right side of an assignment first (6.16).
out = []


def n(name, value=0):
    out.append(name)
    return value


def show():
    print(" ".join(out))
    out.clear()


class Any:
    def __getattr__(self, name):
        out.append("." + name)
        return self

    def __getitem__(self, key):
        out.append("[]")
        return self

    def __setitem__(self, key, value):
        out.append("[]=")

    def __call__(self, *args, **kwargs):
        out.append("()")
        return self

    def __add__(self, other):
        out.append("+")
        return self
    __mul__ = __sub__ = __radd__ = __add__


x = Any()
n("a", x) + n("b") * n("c", 1) - n("d"); show()
n("f", x)(n("1"), n("2"), k=n("3")); show()
n("o", x).attr[n("i")](n("arg")).more; show()
n("t", x)[n("k")] = n("v"); show()
n("t1", x)[n("k1")], n("t2", x)[n("k2")] = n("v1"), n("v2"); show()
{n("k1"): n("v1"), n("k2", 1): n("v2")}; show()
[n("e1"), n("e2")]; show()
n("yes", 1) if n("cond", 1) else n("no"); show()
n("p", 1) < n("q", 2) < n("r", 3); show()
n("s", "abc")[n("lo"):n("hi", 2):n("step", 1)]; show()
n("aug", x)[n("key")] += n("rhs"); show()
(lambda a=n("default"): n("body"))(); show()


@n("deco1", lambda f: n("apply1", f))
@n("deco2", lambda f: n("apply2", f))
def function(a=n("default a"), *, b=n("default b")) -> n("returns"): pass


show()


class K(n("base", object), metaclass=n("meta", type)): n("body")


show()
f"{n('f1')}{n('f2')!r:{n('spec')}}"; show()
print(*n("star", [1]), sep=n("sep", "")); show()
assert n("cond", 1), n("message"); show()
for x_i in n("iterable", [1]): n("loop")
show()
