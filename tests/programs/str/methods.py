# Methods of str, one after another, with their corner cases.
s = "Hello, World"
print(s.upper(), s.lower(), s.swapcase(), s.title(), s.capitalize(), s.casefold(), "ßǅ".upper(), "ßǅ".title(),
    "ŉ".upper(), "İ".lower().encode(), "ΑΣ".lower(), "Σ".lower(), "they're bill's".title())
print(s.find("o"), s.find("o", 5), s.find("z"), s.rfind("o"), s.rfind("o", 0, 5), s.index("W"), s.find("", 3),
    s.find("", 100), s.rfind(""), s.count("l"), s.count(""), s.count("l", 3, -1), "aaaa".count("aa"), "".count(""))
print(s.startswith("He"), s.startswith(("x", "H")), s.startswith("", 20), s.startswith("lo", 3), s.endswith("ld"),
    s.endswith(()), s.endswith("", 12), "abc".startswith("abc", -3, 3))
print(s.replace("l", "L"), s.replace("l", "", 2), "abc".replace("", "-"), "abc".replace("", "-", 2),
    "aaa".replace("aa", "b"), "".replace("", "x"), s.replace("zz", "y") is s)
print("a,b,,c".split(","), " a  b ".split(), " a  b ".split(" "), "a,b,c".split(",", 1), "a b c".split(None, 1),
    "".split(), "".split(","), "a,b,c".rsplit(",", 1), "  a b c  ".rsplit(None, 1), "abc".split("abc"),
    "aXXbXXc".split("XX"), "\u2003a\u2003b".split())
print("a\nb\r\nc\x0bd\x0ce\x1cf\u2028g\x85h".splitlines(), "a\n\nb\n".splitlines(True), "".splitlines(),
    "\n".splitlines(), "a\r".splitlines(keepends=True))
print("a-b-c".partition("-"), "a-b-c".rpartition("-"), "abc".partition("-"), "abc".rpartition("-"), "".partition("x"))
print("xxabcxx".strip("x"), "  a ".strip() + "|", "abcab".lstrip("ba"), "abcab".rstrip("ba"), "\u3000a\u3000".strip(),
    "".strip(), "mississippi".strip("imp"))
print("ab".center(5, "*"), "ab".center(6, "*"), "abc".center(6, "*"), "ab".ljust(4) + "|", "ab".rjust(4, "0"),
    "abc".center(2), "-42".zfill(5), "+7".zfill(4), "x".zfill(3), "".zfill(2), "ab".zfill(-1), "é".center(3, "ß"))
print("-".join("abc"), "".join([]), ", ".join(["x"]), "".join(("a", "b")), "é".join("ab"), "-".join({"k": 1}),
    "x".join(c for c in "12"))
print("a\tb\tc".expandtabs(4), "\t|".expandtabs(), "ab\tc\n\td".expandtabs(3), "a\tb".expandtabs(0),
    "a\tb".expandtabs(-1))
print("abc".removeprefix("ab"), "abc".removeprefix("x"), "abc".removesuffix("bc"), "abc".removesuffix(""),
    "abab".removeprefix("ab"))
table = str.maketrans({"a": "1", "b": None, ord("c"): "CC", "d": 0x20AC})
print("abcd".translate(table), "abc".translate(str.maketrans("ab", "xy", "c")), "abc".translate({97: 98}),
    "é".translate({233: "e"}))
for source in ("'a'.index('b')", "'a'.rindex('b')", "'a'.split('')", "'a'.partition('')", "''.join([1])",
        "''.join(['a', None])", "''.join(5)", "'a'.center()", "'a'.center(5, 'xy')", "'a'.startswith(1)",
               "'a'.startswith(['a'])", "'a'.replace('a')", "'a'.replace(1, 2)", "str.maketrans('a')",
                   "str.maketrans('a', 'bc')", "str.maketrans({'ab': 1})", "'a'.translate({97: 'x' * 3})",
                   "'a'.translate({97: 1.5})", "'a'.translate({97: 0x110000})", "'a'.count(1)",
               "'a'.zfill('x')", "'a'.find('a', 'b')", "'a'.expandtabs('x')", "'a'.encode('nope')",
                   "'é'.encode('ascii')", "'a'.startswith(('a', 1))", "'b'.startswith(('a', 1))", "'a'.ljust(3, '')",
                   "'a'.nope", "'a'.upper(1)", "'a'.title(x=1)"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
