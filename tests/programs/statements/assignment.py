# Assignment: targets from left to right, unpacking, starred targets, evaluation order (language reference 7.2).
log = []


def note(name, value=None):
    log.append(name)
    return value


class Box:
    def __setattr__(self, name, value):
        log.append(f"set .{name}={value!r}")

    def __setitem__(self, key, value):
        log.append(f"set [{key!r}]={value!r}")


box = Box()
x = y = box.a = box[note("key", 3)] = note("value", 7)
print(x, y, log)
log.clear()

note("base", box)[note("index", 0)] = note("right", "r")
print(log)

a, b = 1, 2
a, b = b, a
print(a, b)
(a, [b, (c,)], *rest), last = (1, [2, (3,)], 4, 5), 6
print(a, b, c, rest, last)
*head, tail = "abc"
print(head, tail)
first, *middle, end = range(2)
print(first, middle, end)
[p, q] = {1: "one", 2: "two"}
print(p, q)
i = 0
i, values = 2, [10, 20, 30]
i, values[i] = 1, "after i was set"
print(i, values)
() = []
[] = ()

for bad in ("a, b = 1, 2, 3", "a, b, c = 1, 2", "a, *b, c = [1]", "a, b = 5", "a, b = iter([])", "*a, = None",
            "a, b = {1}", "x.y = 1", "x[0] = 1", "(1).real = 2", "'abc'[0] = 'x'", "len.x = 1"):
    try:
        exec(bad, {"x": 3})
    except Exception as error:
        print(f"{bad}: {type(error).__name__}: {error}")
