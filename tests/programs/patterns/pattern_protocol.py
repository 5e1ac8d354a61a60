# What match asks of its subject: lengths, items, attributes, isinstance; and errors in class patterns.
log = []


class Seq:
    def __init__(self, *items): self.items = items
    def __len__(self): log.append("len"); return len(self.items)
    def __getitem__(self, i): log.append(f"get {i}"); return self.items[i]


import collections.abc
collections.abc.Sequence.register(Seq)


def match_seq(s):
    log.clear()
    match s:
        case [1, 2, 3]: result = "123"
        case [a, *_, z] if log.append("guard") or a != z: result = f"{a}..{z}"
        case [_]: result = "one"
        case _: result = "none"
    return result, log[:]


for s in (Seq(1, 2, 3), Seq(1, 5, 9), Seq(4, 4), Seq(7), Seq()):
    print(*match_seq(s))


class Map(dict):
    def get(self, key, default=None):
        log.append(f"get {key}")
        return super().get(key, default)

    def __missing__(self, key): return "made up"


def match_map(m):
    log.clear()
    match m:
        case {"a": 1, "b": b}: return f"a and {b}", log[:]
        case {"c": c, **rest}: return f"c {c} {rest}", log[:]
    return "none", log[:]


for m in (Map(a=1, b=2), Map(a=2, c=3), Map(c=1, d=4), Map()):
    print(*match_map(m))


class Attr:
    __match_args__ = ("first", "second")

    def __getattr__(self, name):
        log.append(name)
        if name == "second":
            raise AttributeError
        if name == "boom":
            raise ValueError("from getattr")
        return name


def match_class(v):
    log.clear()
    match v:
        case Attr(x, second=y): return "both"
        case Attr(first="other"): return "other"
        case Attr(f, third=t): return f"{f} {t}"


print(match_class(Attr()), log)


class Meta(type):
    def __instancecheck__(cls, instance):
        log.append(f"check {instance!r}")
        return instance == "yes"


class Virtual(metaclass=Meta): pass


log.clear()
for v in ("yes", "no"):
    match v:
        case Virtual(): print("virtual", v)
        case _: print("not", v)
print(log)


class NoArgs: pass


class BadArgs:
    __match_args__ = ["x"]


class BadItem:
    __match_args__ = (5,)


class OneArg:
    __match_args__ = ("a",)
    a = 1


tests = """NoArgs() ~ NoArgs(1)
BadArgs() ~ BadArgs(1)
BadItem() ~ BadItem(1)
OneArg() ~ OneArg(1, 2)
OneArg() ~ OneArg(1, a=1)
5 ~ five()
5 ~ int(x, y)
Attr() ~ Attr(boom=1)
OneArg() ~ OneArg(1)
True ~ bool(True)
5 ~ int(5)
{1: 2} ~ dict({1: 2})
'x' ~ str('x')
5 ~ missing.name
5 ~ five.nope
{} ~ {'k': 1, 'k2': 2}
5 ~ object(real=5)
[1] ~ list([1])
frozenset() ~ frozenset(x)""".splitlines()
five = 5
for test in tests:
    subject, pattern = test.split(" ~ ")
    try:
        exec(f"match {subject}:\n    case {pattern}: print({pattern!r}, 'matched')\n    case _: print({pattern!r}, 'no match')")
    except Exception as error:
        print(pattern, "->", type(error).__name__, error)
key = "dynamic"


class Keys:
    A = "k"
    B = "k"


try:
    match {"k": 1}:
        case {Keys.A: x, Keys.B: y}:
            print("?")
except ValueError as error:
    print(error)
for source in ("case x: pass\n case _: pass", "case [*a, *b]: pass", "case {**a, 'k': 1}: pass", "case x | 5: pass",
        "case [x, x]: pass", "case {'a': 1, 'a': 2}: pass", "case {**_}: pass", "case C(a=1, a=2): pass",
        "case 1 + 2: pass", "case f'x': pass", "case a.b(): pass", "case -x: pass", "case x as y.z: pass",
        "case _ as _: pass", "case (a | b): pass", "case {x: 1}: pass", "case C(x=1, 2): pass",
        "case {'a': 1 as x}: pass", "case 1 | 2 | 3 as n if n: pass", "case 'a' 'b': pass", "case -1j: pass",
        "case 1 - 2j: pass", "case 1j + 2: pass", "case *x: pass", "case (1): pass", "case *x, y: pass"):
    try:
        compile(f"match q:\n {source}", "<m>", "exec")
        print(source.splitlines()[0], "compiles")
    except SyntaxError as error:
        print(source.splitlines()[0], "->", error.msg, error.lineno, error.offset)
