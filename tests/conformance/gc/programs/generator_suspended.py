"""Suspended generators that hold themselves through a local variable."""
def g():
    me = yield
    while True:
        yield me

for i in range(1200):
    it = g()
    next(it)
    it.send(it)
