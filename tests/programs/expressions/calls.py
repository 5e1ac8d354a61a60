# Calls: order of evaluation, unpacking, and the messages of wrong calls (6.3.4).
def n(value):
    print("[f]" if callable(value) else f"[{value}]", end="")
    return value


def f(*args, **kwargs):
    return args, kwargs


print(n(f)(n(1), *n((2, 3)), n(4), *n([5]), k=n(6), **n({"m": 7}), z=n(8)))
print(f(*"ab", *{1: 2}, **{"x": 1}, **{"y": 2}))
print(f(*(), **{}), f(*iter([1])), f(**dict(a=1)))


def g(a, b=2, /, c=3, *, d, e=5):
    return a, b, c, d, e


print(g(1, d=4), g(1, 2, 3, d=4, e=6), g(0, *[9], c=8, **{"d": 7}))
calls = """g()
g(1)
g(1, 2, 3, 4, d=5)
g(1, d=1, f=2)
g(a=1, d=2)
g(1, b=3, d=4)
g(1, 2, 3, c=4, d=5)
f(**{1: 2})
f(*5)
f(**5)
f(a=1, **{'a': 2})
f(**{'a': 1}, **{'a': 2})
(lambda: 0)(1)
(lambda x: 0)()
(lambda x, y, z: 0)(1)
(lambda x, y, z: 0)()
(lambda *, k: 0)()
(lambda *, k, l, m: 0)()
(lambda x=1: 0)(1, 2)
(lambda x, /: 0)(x=1)
(lambda x, /, y: 0)(x=1, y=2)
5()
None()
'abc'()
[].x()
len()
len(1, 2)
len(x=1)
int(1, 2, 3)
int('1', bas=2)
print(1, sepp=2)
sorted()
sorted([1], [2])
[].append()
[].append(1, 2)
''.join(1)
{}.update(1)
str.upper(5)
str.upper()
list.append(3, 4)
isinstance(1)
dict([1])
dict(**{'a': 1}, a=2)""".splitlines()
for call in calls:
    try:
        print(call, "=", eval(call))
    except Exception as error:
        print(f"{call}: {type(error).__name__}: {error}")
