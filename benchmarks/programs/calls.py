"""Function calls of every shape: positional, keyword, defaults, *args, **kwargs, nested, builtin."""


def none(): return 1
def three(a, b, c): return a
def defaults(a, b=2, c=3): return b
def keywords(a, *, k=1, m=2): return m
def star(*args): return args
def both(*args, **kwargs): return kwargs
def chain(n): return three(none(), defaults(n), keywords(n, m=n))


def main():
    total = 0
    for i in range(900_000):
        total += none() + three(i, 2, 3) + defaults(i) + defaults(i, 5) + defaults(i, c=7)
        total += keywords(i, k=3) + len(star(i, 1)) + chain(i)
    for i in range(500_000):
        total += both(i, x=1)["x"] + three(*(i, 1, 2)) + abs(-i) + max(i, 3) + len("abc")
    print(total)


main()
