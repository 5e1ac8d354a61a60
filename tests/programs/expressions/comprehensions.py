# Comprehensions: nesting, filters, scope, evaluation of the first iterable (6.2.4 to 6.2.8).
print([x * y for x in range(4) if x for y in range(x) if (x + y) % 2])
print({x: {y for y in range(x)} for x in range(4)})
print({c.upper() for c in "hello"} == set("HELO"))
print([[row[i] for row in [[1, 2], [3, 4]]] for i in range(2)])
print([(a, b) for a, *b in ["xyz", (1, 2)]], [i for i in range(20) if i % 2 if i % 3])
x = "outer"
squares = [x for x in range(3)]
print(x, squares)
functions = [lambda: i for i in range(3)]
print([f() for f in functions], [f(10) for f in [lambda y, i=i: y + i for i in range(3)]])
print([y := 1, y ** 2], any((found := n) % 7 == 0 for n in range(10, 30)), found)
total = 0
print([total := total + v for v in range(5)], total)


class Scope:
    base = 10
    items = [1, 2]
    first_iterable_sees_class = [i for i in items]
    try:
        inner_does_not = [base + i for i in items]
    except NameError as error:
        print(error)


print(Scope.first_iterable_sees_class)
try:
    g = (1 for _ in undefined_name)
except NameError as error:
    print("first iterable is evaluated at once:", error)
g = (undefined_name for _ in [1])
try:
    next(g)
except NameError as error:
    print("the rest later:", error)
try:
    (x for x in 5)
except TypeError as error:
    print(error)
try:
    [x for x, y in [(1, 2), (3,)]]
except ValueError as error:
    print(error)
print(sum(i * i for i in range(10)), max((len(w), w) for w in "a bbb cc".split()),
    dict((k, v) for k, v in zip("ab", [1, 2])))
print([[j for j in range(i)] for i in range(4)], [*(i for i in range(3))], {**{k: k for k in "ab"}})
print([a if a > 1 else -a for a in range(4)], [not a for a in (0, 1)], [(yield_, ) for yield_ in [1]])
gen = (i for i in range(3))
print(gen.__name__, gen.__qualname__, next(gen), list(gen), list(gen))
