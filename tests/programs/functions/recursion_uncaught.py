# A traceback of deep recursion collapses the repeated lines.
def countdown(n):
    if n == 0:
        raise ValueError("bottom")
    countdown(n - 1)


def forever(n):
    return forever(n + 1)


try:
    countdown(10)
except ValueError:
    import traceback
    traceback.print_exc()
forever(0)
