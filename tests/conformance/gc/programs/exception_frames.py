"""Frame objects and their locals."""
import sys

def f(depth):
    frame = sys._getframe()
    if depth:
        f(depth - 1)
    return frame.f_locals

for i in range(250):
    f(3)
