"""sorted, min, max with keys."""
class Item:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n

for i in range(120):
    items = [Item(k * 7 % 10) for k in range(10)]
    a = sorted(items)
    b = sorted(items, key=lambda x: -x.n, reverse=True)
    a.append((a, b, min(items, key=lambda x: x.n), max(items)))
