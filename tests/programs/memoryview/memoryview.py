# memoryview: slicing, casting, shapes, comparison, release.
import array
data = bytearray(b"abcdefgh")
m = memoryview(data)
print(len(m), m[0], m[-1], m[2:5].tobytes(), m[::-2].tobytes(), m.format, m.itemsize, m.nbytes, m.ndim, m.shape,
    m.strides, m.suboffsets, m.readonly, m.contiguous, m.c_contiguous, m.f_contiguous)
m[0] = 65
m[1:3] = b"XY"
m[4:8:2] = b"12"
print(data, m.tolist(), m.hex(), m.hex("-", 4), bytes(m[::3]), list(m[:2]), 65 in m, m == data, m == b"AXYd1f2h",
    m[1:] == m[1:], m != b"no", m == "str")
ro = memoryview(b"read")
print(ro.readonly, hash(ro) == hash(b"read"), ro == memoryview(bytearray(b"read")), m.toreadonly().readonly)
i = memoryview(array.array("i", [1, 2, -3, 2 ** 31 - 1]))
print(i.format, i.itemsize, i[2], i.tolist(), i.nbytes, len(i), i.cast("B").nbytes, i.cast("B")[0:4].tolist(),
    i == array.array("q", [1, 2, -3, 2 ** 31 - 1]), i[::2].tolist(), i[::2].contiguous)
i[0] = 99
print(i.obj[0], i.obj)
grid = memoryview(bytes(range(12))).cast("B", [3, 4])
print(grid.shape, grid.strides, grid.ndim, grid[1, 2], grid.tolist(), len(grid), grid.nbytes)
f = memoryview(bytearray(16)).cast("d")
f[0] = 1.5
print(f.tolist(), f.cast("B").cast("Q")[0], f.format)
print(memoryview(b"ab").cast("c").tolist(), memoryview(b"\x01\x00").cast("?").tolist(),
    memoryview(b"\xff\xfe").cast("h").tolist(), memoryview(b"").tolist())
with memoryview(data) as w:
    print(w[3])
for source in ("w[0]", "len(w)", "ro.__setitem__(0, 1)", "m.__setitem__(0, 256)", "m.__setitem__(0, 'a')",
        "m.__setitem__(slice(0, 2), b'abc')", "m.__delitem__(0)", "m[99]", "m['a']", "hash(m)", "memoryview('a')",
        "memoryview(5)", "i.cast('d')", "i.cast('zz')", "m[::2].cast('H')", "m.cast('B', [3])", "grid[0]", "grid[5, 1]",
               "grid[1, 2, 3]", "memoryview(b'abc').cast('H')", "f.__setitem__(0, 'x')", "memoryview()",
                   "memoryview(b'a') < memoryview(b'b')", "i.__setitem__(0, 2 ** 31)", "repr(w)[:9]", "str(m)[:10]",
                   "m[0, 1]", "m.nope"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
held = memoryview(data)
part = held[2:]
held.release()
print(part[0], part.obj is data)
part.release()
data.append(1) if not m.release() else None
print(len(data))
