# slice objects: attributes, indices, comparison.
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None), slice(1, None), slice("a", [1]), repr(slice(1, 2, 3)),
    s == slice(1, 10, 2), s != slice(1), slice(1, 2) < slice(1, 3), slice(None).indices(5), s.indices(5),
    slice(-3, None).indices(10), slice(None, None, -1).indices(4), slice(100, -100, -2).indices(6),
    slice(2, 1).indices(5), slice(10 ** 30).indices(10 ** 20), slice(None, None, 3).indices(0))
for source in ("hash(s)", "slice()", "slice(1, 2, 3, 4)", "slice(stop=1)", "s.indices()", "s.indices(-1)",
        "s.indices('a')", "slice(1, 2, 0).indices(5)", "slice('a').indices(5)", "slice(1.5).indices(3)", "s[0]",
        "slice(1) < slice('a')", "{s: 1}", "slice(1) == (None, 1, None)"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
try:
    s.start = 5
except AttributeError as error:
    print(error)


class Seq:
    def __len__(self): return 10
    def __getitem__(self, key): return key
    def __setitem__(self, key, value): print("set", key, value)
    def __delitem__(self, key): print("del", key)


q = Seq()
print(q[1:2], q[:-1], q[::], q[-1:], q["a":"b", 1:2], q[1:2, ...])
q[1:2] = 5
q[:] = "x"
del q[::3], q[-1]
