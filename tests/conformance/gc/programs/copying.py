"""copy and deepcopy of structures with cycles."""
import copy

class Node:
    def __init__(self):
        self.links = [self]

for i in range(100):
    x = [1, [2, 3], {"k": (4, [5])}]
    x.append(x)
    copy.deepcopy(x)
    copy.copy(Node())
    copy.deepcopy(Node())
