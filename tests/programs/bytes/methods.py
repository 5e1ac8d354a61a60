# bytes and bytearray share these methods.
for kind in (bytes, bytearray):
    b = kind(b"Hello, \xffWorld\x00")
    print(b, repr(kind(b"'\"\\\n\t\r\x7f")), len(b), b[0], b[-1], b[1:4], b[::-1], b[5:5], b.hex(), b.hex(":"),
        b.hex("-", 2), b.hex("_", -4), kind(b"").hex())
    print(b.upper(), b.lower(), b.swapcase(), b.title(), b.capitalize(), b.find(b"o"), b.find(111), b.rfind(b"o"),
        b.index(b"W"), b.count(b"l"), b.count(108), b.startswith(b"He"), b.endswith((b"x", b"\x00")))
    print(b.replace(b"l", b"LL"), b.replace(b"", b"-", 3), kind(b"a,b,,c").split(b","), kind(b" a  b ").split(),
        kind(b"a,b").rsplit(b",", 1), kind(b"a\nb\r\nc").splitlines(), kind(b"a-b-c").partition(b"-"),
        kind(b"abc").rpartition(b"-"))
    print(kind(b"xxaxx").strip(b"x"), kind(b"  a ").strip(), kind(b"ab").center(5, b"*"), kind(b"ab").ljust(4),
        kind(b"ab").rjust(4, b"0"), kind(b"-42").zfill(5), kind(b"a\tb").expandtabs(4),
        kind(b"-").join([b"a", bytearray(b"b")]), kind(b"abc").removeprefix(b"a"), kind(b"abc").removesuffix(b"c"))
    print(kind(b"abc").translate(kind.maketrans(b"ab", b"xy")), kind(b"abc").translate(None, b"b"),
        kind(b"aB1").isalnum(), kind(b"ab").isalpha(), kind(b"12").isdigit(), kind(b"ab").islower(),
        kind(b"AB").isupper(), kind(b" \n").isspace(), kind(b"Ab Cd").istitle(), kind(b"\x80").isascii())
    print(kind(b"ab") + b"c", kind(b"ab") * 3, b"l" in b, 108 in b, 255 in b, kind(b"a") < b"b", kind(b"a") == b"a",
        kind(b"a") == "a", kind.fromhex("48 65 6c6C"), list(kind(b"ab")), kind(3), kind([1, 2]), kind("é", "utf-8"),
        kind(memoryview(b"mv")), kind(range(3)), kind())
    for source in ("kind('a')", "kind(-1)", "kind([256])", "kind(['a'])", "kind(1.5)", "kind('a', 'nope')",
            "kind(b'a', 'ascii')", "kind(3, 'ascii')", "kind.fromhex('4')", "kind.fromhex('zz')", "b.index(b'q')",
            "b.find('a')", "b.find(256)", "b'a' + 'b'", "kind(b'a') + 'b'", "kind(b'a').join(['x'])", "b.split(b'')",
            "b.hex('xx')",
                   "kind(b'a').center(3, b'xy')", "b.startswith('a')", "b.startswith([b'a'])", "kind(b'a') % 'x'",
                       "kind(b'ab')['a']", "kind(b'ab')[5]", "'a' in b", "300 in b", "kind.maketrans(b'a', b'bc')",
                       "b.translate(b'x')", "kind(b'a') < 'a'", "kind(None)", "kind(10 ** 30)",
                       "kind(b'a').replace('a', 'b')", "kind(b'a').decode('utf-8', errors=5)"):
        try:
            print(source, "=", eval(source))
        except Exception as error:
            print(f"{source}: {type(error).__name__}: {error}")
print(hash(b"abc") == hash(b"ab" + b"c"), {b"k": 1}[b"k"], b"%d" % 5, b"abc".decode(), bytes.__name__)


class B:
    def __bytes__(self): return b"from __bytes__"


class I:
    def __index__(self): return 2


class Sub(bytes):
    pass


print(bytes(B()), bytes(I()), type(Sub(b"a")[:]).__name__, Sub(b"a"), Sub(b"ab").upper(),
    type(bytes(Sub(b"x"))).__name__)
