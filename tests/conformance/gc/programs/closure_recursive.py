"""Inner functions that refer to themselves by a cell."""
def make():
    def inner(n):
        return inner(n - 1) if n else inner
    return inner

for i in range(1200):
    make()(2)
