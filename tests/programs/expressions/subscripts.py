# Subscription and slicing: what reaches __getitem__ (6.3.2, 6.3.3).
class Echo:
    def __getitem__(self, key):
        return key

    def __class_getitem__(cls, key):
        return ("class", key)


e = Echo()
print(e[1], e[1:2], e[1:2:3], e[:], e[::], e[1,], e[1, 2], e[:, ::2, ...], e[()], e[(1, 2):3], e[-1:], e["k"])
print(e[*[1, 2]], e[0, *range(2), *()], e[*(),], e[x := 4], x, Echo[int, 3], Echo[()])
print(e[lambda: 0].__name__, e[1 if 0 else 2], e[[1, 2]], e[True], e[None:None])
print("abc"[1], [1, 2, 3][-1], (1, 2)[0], {"a": 1}["a"], b"abc"[0], range(10)[3], "abc"[::-1], [0, 1, 2, 3][::2][1:])
for source in ("[1][1]", "[1]['a']", "(1,)[2]", "'abc'[5]", "'abc'[1.0]", "{}[1]", "{}['k']", "{}[[]]", "5[0]",
        "None[0]", "len[0]", "int[0]",
               "b'a'[3]", "range(3)[3]", "[1][1:2:0]", "[1]['a':]", "[1][None]", "{1}[0]", "(x for x in [])[0]",
                   "[1][1 << 100]", "'a'[-2]",
               "list[int][0]", "object()[0]", "{1: 2}[2, 3]", "[][0]", "()[0]", "bytearray()[0]", "memoryview(b'')[0]",
                   "''[0]"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


print([10, 20, 30][Index(1)], "hello"[Index(1):Index(4)], (1, 2, 3)[Index(-1)])
try:
    [1, 2][Index("x")]
except TypeError as error:
    print(error)
try:
    [1, 2][Index(1):Index(None)]
except TypeError as error:
    print(error)
