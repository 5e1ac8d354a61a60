"""Dictionaries: counting, grouping, lookup of str and int keys, iteration, growth and deletion."""


def words(n):
    state = 7
    for _ in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        yield "w%d" % (state % 5000)


def main():
    text = list(words(300_000))
    counts = {}
    for word in text:
        counts[word] = counts.get(word, 0) + 1
    groups = {}
    for word in text:
        groups.setdefault(len(word), []).append(word)
    squares = {i: i * i for i in range(200_000)}
    total = 0
    for key in range(0, 200_000, 2):
        total += squares[key] & 255
        del squares[key]
    for key, value in squares.items():
        total += value & 1
    for _ in range(3):
        total += sum(1 for word in text if word in counts and counts[word] > 50)
    merged = {**counts, **{str(i): i for i in range(50_000)}}
    print(len(counts), sorted(groups), total, len(merged), sum(merged.values()))


main()
