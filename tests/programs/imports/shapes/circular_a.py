from .circular_b import other
value = 1
