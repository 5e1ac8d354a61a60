"""Strings: building, joining, splitting, searching, formatting, slicing, character loops."""


def caesar(text, shift):
    out = []
    for character in text:
        if "a" <= character <= "z":
            character = chr((ord(character) - 97 + shift) % 26 + 97)
        out.append(character)
    return "".join(out)


def palindromes(limit): return sum(1 for n in range(limit) if str(n) == str(n)[::-1])


def main():
    text = "the quick brown fox jumps over the lazy dog, and runs away. " * 60
    total = 0
    for shift in range(1, 200):
        total += len(caesar(text, shift).split())
    lines = [f"{i:06d},{i * 3 % 1001},name{i % 97},{i / 7:.3f}" for i in range(200_000)]
    for line in lines:
        fields = line.split(",")
        total += int(fields[1]) + len(fields[2].upper().replace("NAME", ""))
        if line.startswith("0001") or "name13," in line:
            total += line.find("name")
    built = ""
    for i in range(600_000):
        built += "ab"[i & 1]
    print(total, len(built), palindromes(500_000), "%s-%d-%5.2f" % ("end", 5, 2.5))


main()
