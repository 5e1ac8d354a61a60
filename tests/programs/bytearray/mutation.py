# bytearray as a mutable sequence: growth, slices, exports.
import sys
b = bytearray(b"hello")
b[0] = 72
b.append(33)
b += b"??"
b.extend([1, 2])
b.extend(b"xy")
b.insert(0, 62)
b.insert(-1, 45)
b.insert(100, 46)
print(b, b.pop(), b.pop(0), b.pop(-2), b)
b.remove(ord("l"))
b.reverse()
print(b, len(b), b.index(ord("o")))
b[1:3] = b"REPLACED"
b[-2:] = b""
b[::3] = bytes(len(b[::3]))
print(b)
del b[0], b[::4], b[2:4]
print(b)
b *= 2
print(b, b.copy() == b, b.copy() is b)
b[:] = [5, 6]
b[1:1] = bytearray(b"in")
b[0:0] = b
print(b)
b.clear()
print(b, bool(b))
for source in ("b.append(256)", "b.append('a')", "b.append(-1)", "b.extend('abc')", "b.extend([1, 300])", "b.extend(5)",
        "b.insert(0, 'x')", "b.pop()", "b.pop(7)", "b.remove(9)", "b.__setitem__(0, 1)",
        "b.__setitem__(slice(None), 'abc')", "b.__setitem__(slice(0, 4, 2), b'abc')", "b.__delitem__(3)",
               "b.__setitem__(slice(None), 5)", "b.__iadd__('x')", "b.__imul__('x')", "hash(b)", "{b}",
                   "b.extend(None)", "b.__setitem__('a', 1)"):
    b = bytearray(b"" if "pop()" in source else b"abcd")
    try:
        print(source, "=", eval(source), b)
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error} {b}")
b = bytearray(b"locked")
view = memoryview(b)
for action in (lambda: b.append(1), lambda: b.clear(), lambda: b.extend(b"x"), lambda: b.pop(),
        lambda: b.__iadd__(b"y")):
    try:
        action()
    except BufferError as error:
        print(error)
b[0] = 76
view[1:3] = b"OC"
print(b, view.tobytes())
view.release()
b.append(33)
print(b)
b = bytearray()
sizes = []
for i in range(40):
    b.append(i)
    if not sizes or sizes[-1] != sys.getsizeof(b):
        sizes.append(sys.getsizeof(b))
print(sizes, sys.getsizeof(bytearray()), sys.getsizeof(bytearray(10)))
b = bytearray(range(10))
for value in b:
    if value < 3:
        b.append(value + 100)
print(list(b))
print(bytearray(b"ab") == bytearray(b"ab") == b"ab", bytearray(b"a") < bytearray(b"b"), repr(bytearray(b"'")),
    str(bytearray(b"s")), bytearray(b"x") in b"axb", bytearray.__mro__)
