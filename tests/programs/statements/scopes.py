# global, nonlocal, class scope, comprehension scope, name lookup (4.2, 7.12, 7.13).
x = "module"


def use_global():
    global x, made_here
    x = "changed"
    made_here = 1


use_global()
print(x, made_here)


def outer():
    n = 0

    def bump():
        nonlocal n
        n += 1
        return n

    def deeper():
        def deepest():
            nonlocal n
            n *= 100
        deepest()

    bump(); bump(); deeper()
    return n


print(outer())


def shadow():
    x = "function"

    class C:
        y = x
        x = "class"
        z = x
        listed = [x for _ in range(1)]

        def method(self):
            return x

    return C.y, C.z, C.listed, C().method()


print(shadow())


def class_global():
    x = "function"

    class C:
        global x
        seen = x
        x = "set through class"

    return C.seen, "x" in vars(C)


print(class_global(), x)


def unbound():
    try:
        print(x)
    except UnboundLocalError as error:
        print(error)
    x = 1
    try:
        free()
    except NameError as error:
        print(error)

    def inner():
        return later
    try:
        inner()
    except NameError as error:
        print(error)
    later = 2


unbound()


class Body:
    try:
        missing_in_class
    except NameError as error:
        print(error)
    name = "a"
    name2 = name + "b"
    locals()["sneaky"] = 5


print(Body.name2, Body.sneaky)


def exec_scope():
    v = 1
    exec("v = 2; w = 3")
    return v, "w" in locals()


print(exec_scope())
exec("def g(): return h\nh = 5\nprint(g())", {})
try:
    exec("q = 1\nprint((lambda: q)())", {}, {})
except NameError as error:
    print(error)
