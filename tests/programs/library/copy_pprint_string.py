# copy, pprint, string, textwrap, reprlib.
import copy
import pprint
import reprlib
import string
import textwrap
a = [1, [2, 3], {"k": (4, [5])}]
s, d = copy.copy(a), copy.deepcopy(a)
a[1].append("new")
a[2]["k"][1].append("deep")
print(s, d, s[1] is a[1], d[1] is a[1], copy.copy(5), copy.deepcopy("x"), copy.copy((1,)) , copy.deepcopy({1: {2}}),
    copy.copy(len) is len)
loop = [1]
loop.append(loop)
l2 = copy.deepcopy(loop)
print(l2[1] is l2, l2)


class C:
    def __init__(self, x): self.x = x
    def __copy__(self): return C(f"copied {self.x}")
    def __deepcopy__(self, memo): return C(f"deep {self.x}")


class Plain:
    __slots__ = ("a", "b")


class State:
    def __init__(self): self.kept, self.dropped = 1, 2
    def __getstate__(self): return {"kept": self.kept}
    def __setstate__(self, state): self.__dict__.update(state, restored=True)


class Reduce:
    def __reduce__(self): return (complex, (1, 2))


p = Plain()
p.a = [1]
q = copy.copy(p)
print(copy.copy(C(1)).x, copy.deepcopy([C(2)])[0].x, q.a is p.a, hasattr(q, "b"), vars(copy.copy(State())),
    copy.deepcopy(Reduce()))
for bad in (lambda: copy.copy(x for x in ()), lambda: copy.deepcopy(open),
        lambda: copy.deepcopy(__import__("threading").Lock())):
    try:
        print(bad())
    except (TypeError, copy.Error) as error:
        print(error)
data = {"name": "x" * 30, "list": list(range(30)), "nested": {"a": {"b": {"c": [1, 2, {"d": ("e", "f")}]}}},
    "set": {3, 1, 2}, "t": ("one",), "long": "word " * 25, "b": b"bytes" * 20, 5: None}
pprint.pprint(data)
pprint.pprint(data, width=40, depth=2, indent=4, compact=True, sort_dicts=False)
print(pprint.pformat([[1, 2], [3, 4]], width=10), pprint.pformat(loop).split(" with")[0], pprint.isreadable(loop),
    pprint.isrecursive(loop), pprint.saferepr({"b": 1, "a": 2}), pprint.pformat(123456789, underscore_numbers=True))
from dataclasses import dataclass
@dataclass
class Rec:
    first: list
    second: dict
pprint.pprint(Rec(list(range(40)), {"k": "v" * 50}))
pprint.pp({"b": 1, "a": 2}); pprint.pprint(__import__("collections").OrderedDict(b=1, a=2)); pprint.pprint(
    __import__("collections").deque([1, 2])); pprint.pprint(__import__("types").SimpleNamespace(a=1, b=[2]))
print(string.ascii_letters, string.digits, string.hexdigits, string.punctuation, repr(string.whitespace),
    string.capwords("hello  wORLD"), string.Template("$a ${b}c $$").substitute(a=1, b=2),
    string.Template("$a $missing").safe_substitute(a=1))
for bad in (lambda: string.Template("$a").substitute(), lambda: string.Template("$").substitute(),
        lambda: string.Template("$1").substitute({}), lambda: string.Formatter().format("{0} {}", 1)):
    try:
        print(bad())
    except (KeyError, ValueError) as error:
        print(type(error).__name__, error)


class Fmt(string.Formatter):
    def get_value(self, key, args, kwargs): return f"<{key}>" if isinstance(key,
            str) and key not in kwargs else super().get_value(key, args, kwargs)
    def convert_field(self, value, conversion): return value.upper() if conversion == "u" else super().convert_field(
            value, conversion)


print(Fmt().format("{0} {name!u} {x:>4}", "zero", name="n", x=1), list(string.Formatter().parse("a{b!r:>{w}}c{{")))
text = "The quick brown fox jumps over the lazy dog. " * 3 + "averyveryverylongwordthatdoesnotfit-but-has-hyphens"
print(textwrap.fill(text, 30, initial_indent="* ", subsequent_indent="  "), textwrap.wrap("a b c", 1),
    textwrap.shorten(text, 40), textwrap.dedent("\n    a\n      b\n    c\n"), textwrap.indent("a\n\nb\n", "> "),
    textwrap.wrap("tab\there  two", 8, expand_tabs=True), textwrap.wrap(text, 20, max_lines=2, placeholder=" ..."),
    textwrap.wrap("aaaaaaaaaa", 4, break_long_words=False), sep="\n")
print(reprlib.repr(list(range(100))), reprlib.repr("x" * 100), reprlib.repr({i: i for i in range(10)}),
    reprlib.repr([[[[[[[1]]]]]]]))


class R:
    @reprlib.recursive_repr()
    def __repr__(self): return f"R({self.me!r})"


r = R()
r.me = [r]
print(r)
