"""A finalizer that brings back a part of the garbage only."""
saved = []

class Node:
    def __init__(self, other=None):
        self.other = other

    def __del__(self):
        if len(saved) < 50:
            saved.append(self.other)

for i in range(600):
    a = Node()
    a.other = Node(a)
print(len(saved))
