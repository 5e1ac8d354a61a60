"""Namespaces that hold themselves."""
from types import SimpleNamespace

for i in range(900):
    n = SimpleNamespace(a=1)
    n.me = n
