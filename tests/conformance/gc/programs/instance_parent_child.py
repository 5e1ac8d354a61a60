"""Trees with links to the parent."""
class Node:
    def __init__(self, parent=None):
        self.parent = parent
        self.children = []
        if parent:
            parent.children.append(self)

def tree(depth, parent=None):
    node = Node(parent)
    if depth:
        for _ in range(3):
            tree(depth - 1, node)
    return node

for i in range(40):
    tree(3)
