"""Sorting: built-in, with keys, objects with __lt__, and algorithms written out."""


class Card:
    __slots__ = ("rank", "suit")

    def __init__(self, rank, suit): self.rank, self.suit = rank, suit
    def __lt__(self, other): return (self.rank, self.suit) < (other.rank, other.suit)


def numbers(n, seed=1):
    out = []
    for _ in range(n):
        seed = (seed * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        out.append(seed >> 33)
    return out


def quicksort(items):
    if len(items) <= 1:
        return items
    pivot = items[len(items) // 2]
    return quicksort([x for x in items if x < pivot]) + [x for x in items if x == pivot] + quicksort(
        [x for x in items if x > pivot])


def heapsort(items):
    items = items[:]
    n = len(items)

    def sift(start, end):
        root = start
        while (child := 2 * root + 1) < end:
            if child + 1 < end and items[child] < items[child + 1]:
                child += 1
            if items[root] >= items[child]:
                return
            items[root], items[child] = items[child], items[root]
            root = child

    for start in range(n // 2 - 1, -1, -1):
        sift(start, n)
    for end in range(n - 1, 0, -1):
        items[0], items[end] = items[end], items[0]
        sift(0, end)
    return items


data = numbers(160_000)
ordered = sorted(data)
print(ordered[:2], sorted(data, reverse=True) == ordered[::-1], len(set(map(str, data[:50_000]))),
    sorted(map(str, data))[0])
print(sorted(data, key=lambda v: v % 1000)[0], sorted([v / 3 for v in data])[5], sorted(zip(data, reversed(data)))[1])
cards = sorted(Card(v % 13, v % 4) for v in data[:30_000])
print(cards[0].rank, cards[-1].suit, quicksort(data[:40_000])[:2], heapsort(data[:12_000])[:2])
