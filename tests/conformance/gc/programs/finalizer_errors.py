"""Finalizers that raise: reported and ignored."""
import gc
import sys

gc.set_threshold(30, 4, 4)

reported = []
sys.unraisablehook = lambda info: reported.append(str(info.exc_value))

class A:
    def __init__(self, n):
        self.n = n
        self.me = self

    def __del__(self):
        raise ValueError(self.n)

for i in range(500):
    A(i)
print(len(reported) > 200, reported[:3])
