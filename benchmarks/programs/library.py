"""The library at work: collections, itertools, functools, re, dataclasses, textwrap, heapq, random with a seed."""
import functools
import heapq
import itertools
import random
import re
import textwrap
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

Point = namedtuple("Point", "x y")


@functools.lru_cache(maxsize=None)
def ways(amount, coins): return 1 if amount == 0 else 0 if amount < 0 or not coins else ways(amount - coins[0],
        coins) + ways(amount, coins[1:])


def main():
    random.seed(5)
    words = [random.choice("abcdefgh") * random.randint(1, 4) for _ in range(110_000)]
    counts = Counter(words)
    groups = defaultdict(list)
    for word in words:
        groups[word[0]].append(word)
    heap = []
    for i, word in enumerate(words):
        heapq.heappush(heap, (len(word), i))
    order = [heapq.heappop(heap)[1] for _ in range(20_000)]
    text = " ".join(words)
    matches = sum(len(m[0]) for m in re.finditer(r"\b(\w)\1{1,2}\b", text))
    swapped = re.sub(r"(a+) (b+)", r"\2 \1", text)
    window = deque(maxlen=50)
    total = 0
    for value in itertools.islice(itertools.cycle(range(97)), 500_000):
        window.append(value)
        total += window[0]
    points = [Point(i, i * 2) for i in range(110_000)]
    total += sum(p.x + p.y for p in points) + len({p._replace(x=0) for p in points[:5_000]})
    ordered = OrderedDict()
    for word in words:
        ordered[word] = ordered.pop(word, 0) + 1
    runs = [(k, sum(1 for _ in g)) for k, g in itertools.groupby(sorted(words))]
    combos = sum(1 for c in itertools.combinations(range(24), 5) if sum(c) % 7 == 0)
    lines = textwrap.wrap(text[:60_000], 60)
    print(counts.most_common(2), len(groups), order[-1], matches, len(swapped), total, len(ordered), len(runs), combos,
        len(lines), ways(400, (50, 25, 10, 5, 1)))


main()
