"""zlib: one call, pieces, limits, dictionaries, copies, errors, checksums, and threads."""
import copy
import pickle
import random
import sys
import threading
import zlib


def show(what):
    try:
        result = what()
    except Exception as error:
        print(f"{type(error).__module__}.{type(error).__qualname__}: {error}")
    else:
        print(repr(result)[:100] if not isinstance(result, (zlib_compress, zlib_decompress)) else type(result))


def put(owner, name, value):
    setattr(owner, name, value)


zlib_compress = type(zlib.compressobj())
zlib_decompress = type(zlib.decompressobj())
data = b"hello world" * 50
packed = zlib.compress(data)

print("-- the module")
for name, value in vars(zlib).items():
    if not name.startswith("__"):
        print(name, value if isinstance(value, (int, str, type)) else value.__text_signature__)
print(zlib.error.__mro__, zlib.error.__module__)
for each in zlib_compress, zlib_decompress:
    print(each, each.__module__, each.__qualname__, hex(each.__flags__), each.__basicsize__, each.__doc__)
    for name, value in vars(each).items():
        print("   ", name, type(value).__name__, getattr(value, "__text_signature__", None))

print("-- compress")
for arguments in [(), ("a",), (1,), (data, 10), (data, -2), (data, 2**40), (data, 1.0), (data, None), (data, 1, 2, 3),
                  (data, 1, 100), (data, 1, 7), (data, 6, 31), (data, 6, -15)]:
    show(lambda: zlib.compress(*arguments))
show(lambda: zlib.compress(data=data))
show(lambda: zlib.compress(memoryview(data)[::2]))

print("-- decompress")
for arguments in [(packed,), (packed[:-1],), (b"",), (b"garbage",), (packed + b"x",), (packed, 100), (packed, -15),
                  (packed, 8), (packed, 15, 0), (packed, 15, 1), (packed, 15, -1), (packed, 15, 2**64), (packed, 15, 1.0)]:
    show(lambda: zlib.decompress(*arguments))

print("-- compressobj")
for arguments in [(10,), (1, 2), (1, 8, 15, 10), (1, 8, 15, 8, 9), (1, 8, 31, 8, 0, b"abc"), (1, 8, 15, 8, 0, b"")]:
    show(lambda: zlib.compressobj(*arguments))
show(lambda: zlib.compressobj(zdict=None))
show(lambda: zlib.compressobj(zdict="x"))
show(lambda: zlib.compressobj(foo=1))
c = zlib.compressobj()
print(c.compress(data), c.flush(0), c.flush(zlib.Z_SYNC_FLUSH), c.flush())
for call in [lambda: c.flush(), lambda: c.compress(b"x"), lambda: c.copy(), lambda: c.flush(0), lambda: c.flush(99),
             lambda: c.flush(1, 2), lambda: c.flush(mode=1), lambda: c.compress(), lambda: c.compress(b"", data=b""),
             lambda: c.copy(1), lambda: c.__deepcopy__(), lambda: c.foo, lambda: type(c)(),
             lambda: pickle.dumps(c), lambda: zlib_compress.copy(), lambda: zlib_compress.copy(5)]:
    show(call)
c = zlib.compressobj()
for mode in 99, -1, zlib.Z_BLOCK, 7:
    show(lambda: c.flush(mode))

print("-- decompressobj")
show(lambda: zlib.decompressobj(100))
for dictionary in 1, None, "x":
    show(lambda: zlib.decompressobj(zdict=dictionary))
d = zlib.decompressobj()
show(lambda: d.decompress(packed, -1))
show(lambda: d.decompress(packed, 5))
print(packed.endswith(d.unconsumed_tail), len(d.unconsumed_tail) > 0, d.unused_data, d.eof)
for call in [lambda: d.flush(0), lambda: d.flush(-5), d.flush, lambda: (d.eof, d.unconsumed_tail, d.unused_data), d.flush,
             d.copy, lambda: d.decompress(b"abc"), lambda: (d.eof, d.unconsumed_tail, d.unused_data)]:
    show(call)
d = zlib.decompressobj()
for call in [lambda: d.decompress(packed + b"rest") == data, lambda: (d.eof, d.unconsumed_tail, d.unused_data),
             lambda: d.decompress(b"more"), lambda: d.unused_data, d.copy, d.flush, lambda: d.unused_data, d.flush, d.copy]:
    show(call)
d = zlib.decompressobj()
for call in [lambda: d.decompress(b"bad"), lambda: d.decompress(packed), d.flush, lambda: d.decompress(packed, 2**63),
             lambda: d.decompress(packed, "a"), lambda: d.decompress(data=packed), lambda: put(d, "eof", 1),
             lambda: put(d, "x", 1), lambda: put(zlib_decompress, "x", 1), lambda: d.x]:
    show(call)
print(sys.getsizeof(d), sys.getsizeof(c), type(c) is zlib_compress)
before = sys.getrefcount(zlib_decompress)
kept = [zlib.decompressobj() for _ in range(5)]
print(sys.getrefcount(zlib_decompress) - before)

print("-- dictionaries")
c = zlib.compressobj(zdict=b"hello world")
packed = c.compress(data) + c.flush()
show(lambda: zlib.decompressobj().decompress(packed))
show(lambda: zlib.decompressobj(zdict=b"hello").decompress(packed))
show(lambda: zlib.decompressobj(zdict=bytearray(b"hello world")).decompress(packed) == data)
show(lambda: zlib.decompressobj(zdict=b"hello world").copy().decompress(packed) == data)
c = zlib.compressobj(-1, zlib.DEFLATED, -15, zdict=b"hello world")
packed = c.compress(data) + c.flush()
show(lambda: zlib.decompressobj(-15, b"hello world").decompress(packed) == data)
show(lambda: zlib.decompressobj(-15, b"other").decompress(packed))

print("-- copies")
c = zlib.compressobj()
start = c.compress(data)
ends = [each.compress(b"abc") + each.flush() for each in (c.copy(), copy.copy(c), copy.deepcopy(c), c)]
print(len(set(ends)), zlib.decompress(start + ends[0]) == data + b"abc")
d = zlib.decompressobj()
first = d.decompress(start + ends[0], 7)
other = d.copy()
print(first, d.flush() == other.flush(), other.eof)

print("-- much data, all levels")
random.seed(5)
noise = random.randbytes(1_500_000)
text = b"".join(b"%d squared is %d\n" % (i, i * i) for i in range(50_000))
for content in noise, text:
    for level in 0, 1, 6, 9:
        packed = zlib.compress(content, level)
        c = zlib.compressobj(level)
        pieces = c.compress(content[:100_000]) + c.compress(content[100_000:]) + c.flush()
        print(level, len(packed), zlib.crc32(packed), len(pieces), zlib.crc32(pieces))
        assert zlib.decompress(packed) == content == zlib.decompress(pieces)
d = zlib.decompressobj()
parts = [d.decompress(zlib.compress(noise, 0), 1000)]
while not d.eof:
    parts.append(d.decompress(d.unconsumed_tail, 100_000))
print(len(parts), [len(part) for part in parts[:3]], b"".join(parts) == noise)

print("-- checksums")
class Five:
    def __index__(self):
        return 5
for function in zlib.adler32, zlib.crc32:
    for arguments in [(data,), (data, -1), (data, 2**40 + 5), (b"",), (b"", 5), (data, Five()), ("x",), (data, 1.0), (),
                      (data, 1, 2), (noise,)]:
        show(lambda: function(*arguments))
    show(lambda: function(data=data))

print("-- threads")
results = {}
shared = zlib.compressobj()


def work(number):
    c = zlib.compressobj()
    pieces = [c.compress(text[i:i + 10_000]) for i in range(0, len(text), 10_000)]
    results[number] = b"".join(pieces) + c.flush()
    for _ in range(20):
        shared.compress(b"x" * 10_000)


threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(set(results.values())), zlib.decompress(results[0]) == text, len(shared.flush()) > 0)
