"""Operators that make new objects in cycles."""
class V:
    def __init__(self, *items):
        self.items = items
        self.me = self

    def __add__(self, other):
        return V(*(a + b for a, b in zip(self.items, other.items)))

    def __eq__(self, other):
        return self.items == other.items

    __hash__ = None

total = V(0, 0, 0)
for i in range(400):
    total = total + V(i, 1, 2)
print(total.items)
