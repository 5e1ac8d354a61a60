"""Named tuples that hold a list that holds them."""
from collections import namedtuple

Point = namedtuple("Point", "x y")
for i in range(1200):
    x = []
    x.append(Point(x, i))
