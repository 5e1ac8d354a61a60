# String and bytes literals: prefixes, escapes, continuation (2.4.1).
print(repr("\a\b\f\n\r\t\v\\\'\"\0\x41\101\u20ac\U0001F600\N{GREEK SMALL LETTER ALPHA}"))
print(r"\n\x41\'", R'\\', rb"\x00", bR"\n", u"u", B"\x41\101\n", Rb'\'')
print("line \
continued", 'single "double" inside', "double 'single' inside", '''triple 'and" "" inside''')
print("""first
second\
 same
""", end="")
print("\
", len("\
"), repr("""
"""))
print("a" "b" 'c' """d""" r"\e", b"x" b"y")
print(len("é"), len("e\u0301"), len("😀"), "😀".encode("utf-16-le").hex(), "\ud800" == "\ud800", ascii("é😀\ud800"))
print("\x7f".isprintable(), repr("\x7f\x80\xa0\xad\u2028\ufeff"), repr("é\u0300日本"), repr("\t'"), repr('"\''),
    repr("'"))
print("\400" == chr(256), "\8" == "\\8", "\c" == "\\c", b"\xff\0\8")
import warnings
for source in (r"'\x4'", r"'\u12'", r"'\U00110000'", r"'\N{no such name}'", r"'\N{'", r"b'\x1'", "b'é'", r"'\'", "'abc",
        "'''abc", 'u"a" b"b"', "ub'a'", r"f'{\n}'"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            print(source, repr(eval(source)))
        except SyntaxError as error:
            print(f"{source}: {error.msg}")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    eval(r"'\d' '\777', b'\777', '\y'")
    for warning in caught:
        print(warning.category.__name__, warning.message)
