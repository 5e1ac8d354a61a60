"""A graph of thousands of objects that dies at once."""
import gc

class Node:
    def __init__(self):
        self.edges = []

for round in range(3):
    nodes = [Node() for _ in range(3000)]
    for i, node in enumerate(nodes):
        node.edges += [nodes[i - 1], nodes[i * 7 % 3000]]
    del nodes, node
gc.collect()
