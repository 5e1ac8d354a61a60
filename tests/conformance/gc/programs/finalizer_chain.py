"""Objects that die when others are collected."""
class Leaf:
    alive = 0

    def __init__(self):
        Leaf.alive += 1

    def __del__(self):
        Leaf.alive -= 1

class Ring:
    def __init__(self):
        self.me = self
        self.leaves = [Leaf() for _ in range(5)]

for i in range(400):
    Ring()
print(Leaf.alive < 1200)
