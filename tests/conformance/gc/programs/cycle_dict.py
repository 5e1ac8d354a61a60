"""Dicts that hold themselves by value."""
for i in range(2000):
    d = {}
    d["self"] = d
