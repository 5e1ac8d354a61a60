import math
import os.path
import collections.abc as abc
from math import sqrt, pi as p
from string import digits
def inside():
    import re
    from os import sep as s
    return s
inside()
math.floor(2.5)
sqrt(16.0)
try:
    import does_not_exist
except ImportError:
    pass
try:
    from math import nothing
except ImportError:
    pass
