"""Functions with attributes, annotations and keyword defaults."""
for i in range(800):
    def f(a: int, *, b=[1], c: str = "c") -> list:
        return a
    f.me = f
    f.__annotations__["f"] = f
