# del: names, attributes, items, slices, nested targets (7.5).
class Log:
    def __delattr__(self, name):
        print("del attribute", name)

    def __delitem__(self, key):
        print("del item", key)


o = Log()
x = y = 1
del x, (y, o.a), [o[1], o[1:2, ::3]]
print("x" in globals(), "y" in globals())

items = list(range(10))
del items[::3], items[0], items[-1:]
print(items)
table = {1: 2, 3: 4}
del table[1]
print(table)


def local():
    v = 1
    del v
    try:
        v
    except UnboundLocalError as error:
        print(error)
    try:
        del v
    except UnboundLocalError as error:
        print(error)

    def inner():
        return cell

    cell = 2
    del cell
    try:
        inner()
    except NameError as error:
        print(error)


local()
for source in ("del x", "del 5 .real", "del [].append", "del (1, 2)[0]", "del {}['k']", "del [1][5]", "del 'abc'[0]",
        "del int.x",
               "del object().x", "del 3[0]"):
    try:
        exec(source, {})
    except Exception as error:
        print(source, "->", type(error).__name__, error)
