"""Named tuple classes: eval() makes their constructor."""
from collections import namedtuple

for i in range(25):
    P = namedtuple("P", "a b c", defaults=[1])
    p = P(1, 2)
    p._replace(a=p)._asdict()
