# re: matching, groups, flags, substitution, splitting, look-around, errors.
import re
print(re.match(r"(\w+) (\w+)", "Isaac Newton").groups(), re.search(r"\d+", "abc123def").span(),
    re.fullmatch(r"a*", "aaa").group(), re.match("b", "abc"), re.findall(r"\b[a-z]+\b", "the Quick brown"),
    re.findall(r"(a)(b)?", "abaab"), [m.start() for m in re.finditer("a", "banana")], re.findall("", "ab"),
    re.findall(r"x*", "axb"))
m = re.match(r"(?P<first>\w+)\s(?P<last>\w+)(?P<none>x)?", "Jane Doe!")
print(m, m.group(), m.group(1, 2), m["last"], m.groupdict(), m.groups("-"), m.start("last"), m.end(), m.span("none"),
    m.pos, m.endpos, m.lastindex, m.lastgroup, m.re.pattern, m.string, m.expand(r"\2, \g<first>\g<0>"), m.regs)
print(re.sub(r"(\w)(\w)", r"\2\1", "abcd"), re.sub("a", "b", "aaa", count=2),
    re.sub(r"\d", lambda m: str(int(m[0]) * 2), "1a2"), re.subn("x*", "-", "abxd"), re.sub("", "-", "ab"),
    re.sub("(?P<n>a)", r"<\g<n>>", "bab"), re.sub("a|b", lambda m: {"a": "1", "b": "2"}[m[0]], "cab"),
    re.sub("é", "e", "café"), re.sub(r"\.", r"\\n\t", "a.b"))
print(re.split(r"[,;]\s*", "a, b;c"), re.split("(-)", "a-b-c"), re.split("x", "axbxc", 1), re.split(r"\b", "a b"),
    re.split("", "ab"), re.split("(a)|b", "xaybz"))
for pattern, text in ((r"a+?b", "aaab"), (r"(a|ab)(c|bcd)(d*)", "abcd"), (r"(?i)HELLO", "hello"), (r"(?m)^b", "a\nb"),
        (r"(?s)a.b", "a\nb"), (r"(?x) a  b # comment", "ab"), (r"a{2,3}", "aaaa"), (r"a{2}", "a"), (r"a{,2}b", "aab"),
        (r"(?<=\$)\d+", "$42"), (r"(?<!\$)\b\d+", "$4 52"), (r"a(?=b)", "ab"), (r"a(?!b)", "ac"), (r"(a)\1", "aa"),
        (r"(?P<q>['\"]).*?(?P=q)", "x'y\"z'"), (r"(?:ab)+", "ababa"), (r"[^a-c]+", "abcxyz"), (r"[\]\-a]+", "a]-"),
        (r"\Aab\Z", "ab"), (r"a$", "a\n"), (r"(a)?(?(1)b|c)", "ab"), (r"(a)?(?(1)b|c)", "c"),
                      (r"(?>a+)ab", "aaab"), (r"a++b", "aaab"), (r"a*+a", "aaa"), (r"\w+", "naïve_1"),
                          (r"(?a:\w+)", "naïve"), (r"[\W\d]+", "ab 12"), (r"\D\S\s", "ab "), (r"(?-i:A)b(?i:C)", "Abc"),
                          (r"x*", ""), (r"(x*)*", "xx"), (r"(a*)+b", "b"), (r"((a)|b)*", "ab"),
                          (r"[a-z&&[aeiou]]", "e]"), (r"\x41\u0042\101", "ABA"), (r"(?i)ß", "ẞ"), (r"(?i)k", "\u212a"),
                          (r"[Α-Ω]", "Σ"), (r".", "\n"), (r"\bfoo\B", "foobar"), (r"(?u)\d", "٣"),
                          (r"(.+)+\1$", "abab")):
    m = re.search(pattern, text)
    print(repr(pattern), repr(text), "->", m and (m.group(), m.groups(), m.span()))
for bad in ("(", ")", "[a", "a{2,1}", "*a", "a**", "(?P<1>a)", "(?P<a>x)(?P<a>y)", r"\1", "(?P=no)", "(?<=a+)b",
        "[z-a]", r"\q", "(?z)", "a(?i)b", "(?P<a", "(?(2)a|b)", "x{99999999999}", "\\", r"\N{nope}", r"\u12", "(?#",
        "(?", "[[:alpha:]]", "(?<a", "a{1}{2}", "(?P>x)", r"(?i-i:a)", r"(?-u:a)"):
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(bad)
            print(repr(bad), "compiles")
        except (re.error, OverflowError) as error:
            print(repr(bad), "->", error, getattr(error, "pos", None), getattr(error, "colno", None))
p = re.compile(r"(?P<a>x)(y)?", re.I | re.M)
print(p, p.flags, p.groups, p.groupindex, p.pattern, p.match("Xy", 0).group(), p.search("aaXY", 2).span(),
    p.fullmatch("xyz", 0, 2), p == re.compile(r"(?P<a>x)(y)?", re.I | re.M), re.escape("a.b*c[d] é-"),
    re.compile(b"a.").findall(b"ab ac"), re.compile(p) is p, re.IGNORECASE, re.I | re.M, re.RegexFlag(0), re.purge())
for bad in (lambda: re.match("a", b"a"), lambda: re.match(b"a", "a"), lambda: re.match("a", 5), lambda: re.compile(5),
        lambda: m.group("nope"), lambda: re.match("a", "a").group(1), lambda: re.sub("(a)", r"\2", "a"),
        lambda: re.sub("a", r"\g<x>", "a"), lambda: re.sub("a", r"\q", "a"), lambda: re.compile(p, re.I),
        lambda: re.compile("a", re.A | re.U), lambda: re.match("a", "a")["x"], lambda: re.sub("a", 5, "a")):
    try:
        print(bad())
    except (TypeError, IndexError, re.error, ValueError, AttributeError) as error:
        print(type(error).__name__, error)
print(bool(re.match("", "")), re.match("a", "a").__copy__().group(),
    [t for t in re.compile("(?:(a)|(b)|c)").scanner("abc").search().groups()],
    re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\w+", lambda s, t: t), (r"\s+", None)]).scan("ab 12 c")[0])
