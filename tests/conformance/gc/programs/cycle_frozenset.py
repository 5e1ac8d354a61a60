"""Objects in a frozenset that they hold."""
class Member:
    pass

for i in range(1200):
    m = Member()
    m.group = frozenset([m])
