"""collections, functools and their like."""
import collections, collections.abc, functools, heapq, itertools, operator, types
