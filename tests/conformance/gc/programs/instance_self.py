"""Instances that hold themselves."""
class A:
    def __init__(self):
        self.me = self

for i in range(2500):
    A()
