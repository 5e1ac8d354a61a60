"""Comprehensions: lists, sets, dictionaries, nested, with conditions; zip, enumerate and unpacking."""


def main():
    total = 0
    for round in range(32):
        squares = [i * i for i in range(60_000)]
        odd = [v for v in squares if v & 1]
        index = {v: i for i, v in enumerate(odd)}
        residues = {v % 1009 for v in squares}
        pairs = [(a, b) for a in range(120) for b in range(120) if (a + b) % 3 == 0]
        flat = [x for row in [[i, i + 1, i + 2] for i in range(8_000)] for x in row]
        total += len(odd) + len(index) + len(residues) + len(pairs) + sum(flat)
        total += sum(a * b for a, b in zip(squares, odd)) & 0xFFFF
        total += sum([x + y for x, y in pairs]) + max([len(str(v)) for v in odd[:5000]])
    print(total)


main()
