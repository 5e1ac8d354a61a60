# Displays: lists, tuples, sets, dicts with unpacking; order of evaluation (6.2).
def n(value):
    print(f"<{value}>", end="")
    return value


print({n(1): n("a"), n(2): n("b"), **n({3: "c"}), n(1): n("again")})
print([n(1), *n([2, 3]), n(4)], (n(1), *n("xy")), {n(1), *n([1, 2])})
print([], (), {}, [[]], (1,), ((),), {*()}, {**{}}, [*()], (*[],))
print([*range(3), *"ab", *{"k": 1}, *(i for i in [9])])
print({**{"a": 1, "b": 2}, "a": 3, **{"c": 4}}, {1: "int", 1.0: "float", True: "bool"})
print({1, 1.0, True}, {0: "x", False: "y"}, {"a", "a"}, len({float("nan"), float("nan")}))
a, b = *[1], *(2,)
print(a, b, 1, *[2])
print([1, 2,], (3, 4,), {5, 6,}, {7: 8,}, [
    # comments and newlines inside
    9,
])
big = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] * 3
print(len([*big, *big]), sum((*big, *big)))
for source in ("{**[1]}", "[*1]", "{*None}", "{[]: 1}", "{{}}", "{1: 2, **None}", "(*5,)", "{(1, []): 2}",
        "{**{1: 2}, **3}"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
