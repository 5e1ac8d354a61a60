from . import a
value = 5
a_seen = (a.start, hasattr(a, "end"))


def late(): return a.end
