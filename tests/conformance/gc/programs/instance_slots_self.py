"""Instances with slots that hold themselves."""
class S:
    __slots__ = ("me", "other")

for i in range(2500):
    s = S()
    s.me = s
