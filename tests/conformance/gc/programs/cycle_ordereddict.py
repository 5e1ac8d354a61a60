"""Ordered dicts that hold themselves."""
from collections import OrderedDict

for i in range(700):
    d = OrderedDict(a=1)
    d["self"] = d
