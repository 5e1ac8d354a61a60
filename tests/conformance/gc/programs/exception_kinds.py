"""Built-in exceptions that the interpreter raises."""
import gc

gc.set_threshold(30, 4, 4)
def attempt(function):
    try:
        function()
    except Exception as e:
        return e

class A: pass

for i in range(120):
    attempt(lambda: 1 / 0)
    attempt(lambda: [][1])
    attempt(lambda: {}["k"])
    attempt(lambda: A().missing)
    attempt(lambda: undefined)
    attempt(lambda: int("x"))
    attempt(lambda: len(5))
    attempt(lambda: next(iter([])))
    attempt(lambda: "a" + 1)
    attempt(lambda: attempt(1, 2, 3))
