"""Finalizers that allocate, raise nothing and start collections."""
import gc

class A:
    def __init__(self):
        self.me = self

    def __del__(self):
        x = [[] for _ in range(20)]
        x.append(x)

for i in range(600):
    A()
gc.collect()
