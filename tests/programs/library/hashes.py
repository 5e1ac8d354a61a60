"""The built-in hash modules: digests of many lengths, attributes, copies, errors."""
import array
import copy
import pickle
import sys
import threading
import _blake2
import _md5
import _sha1
import _sha256
import _sha3
import _sha512


def show(what, *arguments, **keywords):
    try:
        result = what(*arguments, **keywords)
    except Exception as error:
        print(f"    {type(error).__name__}: {error}")
    else:
        print("   ", result if isinstance(result, (str, bytes, int, type(None))) else type(result))


def put(owner, name, value):
    setattr(owner, name, value)


plain = [_md5.md5, _sha1.sha1, _sha256.sha224, _sha256.sha256, _sha512.sha384, _sha512.sha512]
sponges = [_sha3.sha3_224, _sha3.sha3_256, _sha3.sha3_384, _sha3.sha3_512]
extendable = [_sha3.shake_128, _sha3.shake_256]
blakes = [_blake2.blake2b, _blake2.blake2s]
everything = plain + sponges + extendable + blakes


def digest_of(h):
    return h.hexdigest(20) if h.name.startswith("shake") else h.hexdigest()


print("-- modules and types")
for module in _md5, _sha1, _sha256, _sha3, _sha512, _blake2:
    for name, value in vars(module).items():
        if not name.startswith("__"):
            print(module.__name__, name, value)
for make in everything:
    h = make()
    kind = type(h)
    print(h.name, h.block_size, h.digest_size, kind, kind.__module__, kind.__qualname__, hex(kind.__flags__), kind.__basicsize__,
          sys.getsizeof(h), make.__text_signature__)
    for name, value in vars(kind).items():
        if name != "__doc__":
            print("   ", name, type(value).__name__, getattr(value, "__text_signature__", None))
for make in sponges + extendable:
    print(make()._capacity_bits, make()._rate_bits, make()._suffix)

print("-- digests of all lengths around the blocks, whole and in pieces")
data = bytes(i * 7 % 256 for i in range(700))
for make in everything:
    combined = make()
    for length in range(600):
        h = make(data[:length])
        pieces = make()
        step = length % 37 + 1
        for i in range(0, length, step):
            pieces.update(data[i:min(i + step, length)])
        assert digest_of(h) == digest_of(pieces), (h.name, length)
        assert digest_of(h) == digest_of(h)
        combined.update(digest_of(h).encode())
    print(combined.name, digest_of(make()), digest_of(make(b"abc")), digest_of(combined), digest_of(make(data * 1000)))

print("-- what can be hashed")
for make in everything:
    print(make.__name__)
    for value in [b"ab", bytearray(b"ab"), memoryview(b"ab"), array.array("H", [1, 2]), memoryview(b"abcdef").cast("B", [2, 3]),
                  memoryview(b"abcd")[::2], "ab", 1, None, [1]]:
        show(lambda: digest_of(make(value)))
        show(lambda: make().update(value))

print("-- arguments")
for make in everything:
    print(make.__name__)
    show(make, b"", b"")
    show(make, string=b"ab")
    show(make, data=b"ab")
    show(make, b"", usedforsecurity=False)
    show(make, b"", usedforsecurity="yes")
    show(make, b"", security=1)
    show(make, b"", b"", b"")
    h = make(b"abc")
    for method in "update", "digest", "hexdigest", "copy":
        show(getattr(h, method))
        show(getattr(h, method), b"", b"")
        show(getattr(h, method), obj=b"")
        show(getattr(h, method), -1)
    for name in "name", "digest_size", "block_size", "other":
        show(put, h, name, 1)
        show(delattr, h, name)
    show(put, type(h), "other", 1)
    show(type(h))
    show(pickle.dumps, h)
    show(copy.copy, h)
    show(lambda: type(type(h)("class", (type(h),), {})))
    show(lambda: type("Own", (type(h),), {}))

print("-- copies")
for make in everything:
    h = make(b"abc")
    other = h.copy()
    other.update(b"def")
    print(type(other) is type(h), digest_of(h) == digest_of(make(b"abc")), digest_of(other) == digest_of(make(b"abcdef")))
show(_sha256.sha224().copy().name.__str__)
show(_sha512.sha384().copy().name.__str__)

print("-- lengths of extendable output")
for make in extendable:
    h = make(b"abc")
    for length in 0, 1, 31, 168, 169, 500:
        print(h.digest(length).hex()[:40], len(h.hexdigest(length)), h.hexdigest(length) == h.digest(length).hex())
    for length in -1, 2**29, 2**32, 2**64, "x", 1.5, True, None:
        show(h.digest, length)
        show(h.hexdigest, length)

print("-- parameters of BLAKE2")
for make in blakes:
    print(make.__name__)
    most = make.MAX_DIGEST_SIZE
    names = dict(digest_size=[0, 1, 5, most, most + 1, -1, 2**64, "x", None], key=[b"", b"k", b"k" * make.MAX_KEY_SIZE,
                 b"k" * (make.MAX_KEY_SIZE + 1), "k", None, bytearray(b"key")], salt=[b"s", b"s" * make.SALT_SIZE,
                 b"s" * (make.SALT_SIZE + 1), "s", 1], person=[b"p", b"p" * make.PERSON_SIZE, b"p" * (make.PERSON_SIZE + 1), "p"],
                 fanout=[-1, 0, 1, 2, 255, 256, "x", 2**40], depth=[-1, 0, 1, 2, 255, 256, 1.0],
                 leaf_size=[-1, 0, 1, 2**32 - 1, 2**32, 2**64 - 1, 2**64, "x"],
                 node_offset=[-1, 0, 1, 2**32, 2**48 - 1, 2**48, 2**64 - 1, 2**64, "x"], node_depth=[-1, 0, 1, 255, 256],
                 inner_size=[-1, 0, 1, most, most + 1], last_node=[True, False, 1, "x", [], None], usedforsecurity=[False])
    for name, values in names.items():
        for value in values:
            print("  ", name, repr(value)[:30])
            show(lambda: make(b"abc", **{name: value}).hexdigest())
    show(lambda: make(b"abc", digest_size=20, key=b"key", salt=b"salt", person=b"person", fanout=2, depth=2, leaf_size=4096,
                      node_offset=3, node_depth=1, inner_size=32, last_node=True).hexdigest())
    h = make(b"abc", digest_size=20, key=b"key")
    other = h.copy()
    other.update(b"d")
    print(h.digest_size, len(h.digest()), h.hexdigest(), other.hexdigest())
    show(lambda: make(b"x" * 100_000, key=b"key").hexdigest())

print("-- threads")
block = data * 300
for make in everything:
    shared = make()


    def work():
        for _ in range(5):
            shared.update(block)
            shared.copy().update(block)


    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(digest_of(shared) == digest_of(make(block * 20)))

print("-- references to the types")
for make in everything:
    kind = type(make())
    before = sys.getrefcount(kind)
    kept = [make(b"abc") for _ in range(3)] + [make().copy()]
    during = sys.getrefcount(kind)
    del kept
    print(during - before, sys.getrefcount(kind) - before)
