# str as a sequence: slices, concatenation, comparison, hashing, widths of PEP 393.
import sys
kinds = ["abc", "abé", "ab€", "ab😀", ""]
for a in kinds:
    print(ascii(a), len(a), ascii(a[::-1]), ascii(a[1:]), ascii(a[-1:]), ascii(a * 2), sys.getsizeof(a),
        sys.getsizeof(a + "x"), a == "ab" + a[2:], ascii(max(a, default=None)))
    for b in kinds:
        print(ascii(a + b), a < b, a == b, b in a, a.find(b), end=" | ")
    print()
s = "0123456789"
for low in (None, -12, -3, 0, 3, 12):
    print([s[low:high:step] for high in (None, -2, 5, 20) for step in (1, 2, -1, -3)])
print("a" "b" == "ab", "a" < "B", "Z" < "a", "" < "a", "abc" < "abd", "abc" < "ab", "é" > "z", "\ud800" < "\U00010000",
    "a" == b"a", "1" == 1)
print(sorted(["b", "B", "a", "é", "", "aa", "😀", "€"]), min("hello"), max("hello"), list("a😀"), tuple("é"),
    set("aab") == {"a", "b"})
print("ab" in "cab", "" in "", "x" not in "abc", "😀" in "a😀b", "b" * 0, 3 * "é", "abc".__contains__("c"),
    "abc".__getitem__(slice(0, 2)), "a".__add__("b"), "a".__mul__(3), "x%s".__mod__(5), "a".__rmod__("%s"))
print(hash("") == 0, hash("abc") == hash("".join(["a", "bc"])), hash("é"), hash("€"), hash("a" * 100), hash("abcdefgh"))
a = "interned"
print(sys.intern("".join(["inter", "ned"])) is a, chr(97) is "abc"[0:1] is "za"[-1], "".join(["x"]) is chr(120),
    chr(256) is chr(256))


class Sub(str):
    def __repr__(self): return f"Sub({str(self)!r})"
    def upper(self): return "own upper"


t = Sub("text")
print(t, [t], t + "x", type(t + "x").__name__, type(t[:]).__name__, type(str(t)).__name__, type(t.strip()).__name__,
    t.upper(), f"{t}", f"{t!r}", "%s %r" % (t, t), t == "text", {t: 1}["text"], type("".join([t])).__name__,
    t.replace("t", "T"))
for source in ("'a' + 1", "'a' + b'b'", "'a' * 'b'", "'abc'['x']", "'abc'[1, 2]", "'a'.__add__(1)", "'a' in 5",
        "5 in 'a'", "'a' % 1", "'%s' % ()", "str(b'a', 'nope')", "str(1, 'ascii')", "str(b'\\xff', 'utf-8')", "chr(-1)",
        "chr(0x110000)", "chr('a')", "ord('ab')",
               "ord('')", "ord(5)", "ord(b'a')", "'a' - 'b'", "-'a'", "str(1, 2, 3, 4)", "str(object=5)", "str(b'a')",
                   "str(b'caf\\xc3\\xa9', 'utf-8')", "str(b'a', errors='strict')", "str(bytearray(b'x'), 'ascii')"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
