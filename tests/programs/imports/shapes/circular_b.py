from .circular_a import value
other = 2
