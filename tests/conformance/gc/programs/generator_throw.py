"""Exceptions thrown into generators."""
def g():
    while True:
        try:
            yield
        except ValueError as e:
            error = e

for i in range(500):
    it = g()
    next(it)
    it.throw(ValueError(it))
