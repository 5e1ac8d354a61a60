# The is...() methods over interesting characters, and Unicode properties behind them.
characters = ["a", "A", "1", " ", "\n", "_", "é", "É", "ß", "ǅ", "٣", "²", "½", "Ⅷ", "ª", "中", "\u0300", "\u200b",
    "\u2003", "\x1f", "😀", "ῼ", "\u00a0", "\ud800", "", "ab", "Ab", "AB", "aB", "1a", "a b", "A1", "1.5", "Ab Cd",
    "\u0c66", "ⅳ", "ⓐ", "\x85", "µ", "ŉ"]
names = "isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper".split(
    )
for text in characters:
    print(ascii(text), *(name[2:] for name in names if getattr(text, name)()))
print("class".isidentifier(), "_".isidentifier(), "1a".isidentifier(), "aé中".isidentifier(), "a-b".isidentifier(),
    "℘".isidentifier(), "a·".isidentifier(), "·a".isidentifier())
for name in names + ["upper", "lower", "title", "casefold", "swapcase"]:
    text = "".join(f"{getattr(chr(c), name)()}," for c in range(0x2000))
    print(name, sum(ord(ch) * (i % 1009 + 1) for i, ch in enumerate(text)) % (2 ** 31))
