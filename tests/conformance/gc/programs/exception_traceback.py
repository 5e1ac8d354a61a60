"""Exceptions kept in a local variable of the frame in their traceback."""
def f():
    try:
        raise ValueError("x")
    except ValueError as e:
        kept = e
    return 1

for i in range(700):
    f()
