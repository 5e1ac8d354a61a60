"""Module _hashlib: every algorithm under its names, keyed hashes, key derivation, threads, and what is refused."""
import _hashlib
import array
import copy
import gc
import pickle
import re
import sys
import threading


def show(label, function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
        if isinstance(result, bytes):
            result = result.hex()
        elif isinstance(result, (_hashlib.HASH, _hashlib.HMAC)):
            result = (re.sub("0x[0-9a-f]+", "...", repr(result)), result.name, result.digest_size, result.block_size, type(result))
        print(label, "->", result)
    except Exception as error:
        print(label, "!", type(error).__module__, type(error).__qualname__, re.sub("0x[0-9a-f]+", "...", str(error)), error.__context__)


def digest(h):
    return h.digest(20) if isinstance(h, _hashlib.HASHXOF) else h.digest()


print("-- names")
for name in [
    "md5", "MD5", "Md5", "sha1", "SHA-1", "SHA2-224", "sha-256", "sha384", "sha512", "sha512_224", "SHA512-256", "SHA512/224",
    "sha3_224", "SHA3-256", "sha3_384", "sha3_512", "shake_128", "SHAKE128", "shake-256", "blake2b", "blake2s256", "BLAKE2b512",
    "ripemd160", "rmd160", "sm3", "md5-sha1", "null", "undef", "KECCAK-KMAC128", "2.16.840.1.101.3.4.2.1", "ssl3-md5", "RSA-MD5",
    "md4", "whirlpool", "nothing", "", "md5 ", "sha\0", "\ud800", "\xe9", "x" * 300,
]:
    label = ascii(name)[:30]
    for used in True, False:
        show(f"new {label} {used}", _hashlib.new, name, usedforsecurity=used)
    show(f"digest {label}", lambda: digest(_hashlib.new(name, b"abc")))
    show(f"hmac_new {label}", _hashlib.hmac_new, b"key", b"msg", name)
    show(f"hmac_digest {label}", _hashlib.hmac_digest, b"key", b"msg", name)
    show(f"pbkdf2_hmac {label}", _hashlib.pbkdf2_hmac, name, b"password", b"salt", 3)
print(sorted(_hashlib.openssl_md_meth_names), type(_hashlib.openssl_md_meth_names))
print(_hashlib._constructors)

print("-- constructors and methods")
for function, name in _hashlib._constructors.items():
    lengths = (12,) if name.startswith("shake") else ()
    print(function.__name__, function.__text_signature__, function.__module__)
    for args, kwargs in [
        ((), {}), ((b"abc",), {}), ((), {"string": b"abc"}), ((b"abc",), {"usedforsecurity": []}), (("abc",), {}), ((None,), {}),
        ((b"a", b"b"), {}), ((), {"other": 1}), ((b"a",), {"string": b"a"}),
    ]:
        show(f"{args} {kwargs}", function, *args, **kwargs)
    h = function(b"abc")
    other = h.copy()
    show("update", other.update, b"def" * 3000)
    show("digest", other.digest, *lengths)
    show("hexdigest", other.hexdigest, *lengths)
    show("first", h.hexdigest, *lengths)
    print(other.copy().digest(*lengths) == function(b"abc" + b"def" * 3000).digest(*lengths), h == h.copy(), sys.getsizeof(h), gc.is_tracked(h))
    for given in "text", None, 3, array.array("i", [1, 2]), memoryview(b"abcd").cast("B", (2, 2)), bytearray(b"xx"):
        show(f"update {type(given).__name__}", h.update, given)
    show("strided", h.update, memoryview(b"abcd")[::2])
    show("update", h.update)
    show("update", h.update, b"a", b"b")
    show("update", h.update, obj=b"a")
    show("copy", h.copy, 1)
    for length in 0, 1, 70, -1, True, 2**62, 2**63 - 1, 2**63, -2**70, "a", None, 3.5:
        show(f"digest({length})", h.digest, length)
        show(f"hexdigest({length})", h.hexdigest, length)
    show("digest", h.digest, length=4)
    show("digest", h.digest, other=4)
    show("digest", h.digest, 1, 2)
    show("name", setattr, h, "name", "x")
    show("new attribute", setattr, h, "other", "x")
    show("digest_size", delattr, h, "digest_size")
    show("pickle", pickle.dumps, h)
    show("copy.copy", copy.copy, h)
for args, kwargs in [
    ((), {}), ((1,), {}), ((None,), {}), ((b"md5",), {}), (("md5", "x"), {}), (("md5", None), {}), (("nothing", "x"), {}), ((1, "x"), {}),
    (("md5", b"a", 1), {}), ((), {"name": "md5", "string": b"abc"}), ((), {"name": "md5", "data": b"abc"}), ((), {"string": b""}),
]:
    show(f"new {args} {kwargs}", _hashlib.new, *args, **kwargs)

print("-- types")
for cls in _hashlib.HASH, _hashlib.HASHXOF, _hashlib.HMAC:
    print(cls, cls.__module__, cls.__mro__, cls.__basicsize__, hex(cls.__flags__ & ~(1 << 19)), cls.__text_signature__)
    print([(name, type(value).__name__, getattr(value, "__text_signature__", None)) for name, value in cls.__dict__.items()])
    show("call", cls, "md5")
    show("object.__new__", object.__new__, cls)
    show("attribute", setattr, cls, "other", 1)
    show("subclass", lambda: type("Sub", (cls,), {}).__base__)
    show("instance of a subclass", lambda: type("Sub", (cls,), {})())
print(_hashlib.UnsupportedDigestmodError.__mro__, list(_hashlib.UnsupportedDigestmodError.__dict__))
print([name for name in _hashlib.__dict__ if not name.startswith("__")])

print("-- keyed hashes")


class Unhashable:
    __hash__ = None

    def __repr__(self):
        return "<unhashable>"


class Text(str):
    pass


md5 = _hashlib.openssl_md5
for args, kwargs in [
    ((), {}), ((b"k",), {}), ((b"k", b"m", None), {}), ((b"k", b"m", 3), {}), ((b"k", b"m", b"md5"), {}), ((b"k", None, "md5"), {}),
    ((b"k", b"", "md5"), {}), ((b"k",), {"digestmod": "md5"}), ((b"k", "text", "md5"), {}), (("k", b"m", "md5"), {}),
    ((None, b"m", "md5"), {}), ((b"k", 3, "md5"), {}), ((bytearray(b"k"), memoryview(b"m"), "md5"), {}), ((b"k", b"m", md5), {}),
    ((b"k", b"m", _hashlib.openssl_shake_128), {}), ((b"k", b"m", _hashlib.new), {}), ((b"k", b"m", len), {}),
    ((b"k", b"m", Unhashable()), {}), ((b"", b"", "md5"), {}), ((b"k" * 1000, b"m", "sha512"), {}), ((b"k", b"m", "md5", 1), {}),
    ((b"k",), {"other": 1}), ((b"k", b"m", ""), {}), ((b"k", b"m", Text("md5")), {}), ((b"k", b"m", "md5\0x"), {}),
    (("k", "m", 3), {}), ((b"k", "m", 3), {}), ((b"k", 3, "nothing"), {}), ((), {"key": b"k", "msg": b"m", "digestmod": "sha1"}),
]:
    label = re.sub("0x[0-9a-f]+", "...", repr(args)[:80])
    show(f"hmac_new {label} {kwargs}", _hashlib.hmac_new, *args, **kwargs)
    show(f"hmac_digest {label} {kwargs}", _hashlib.hmac_digest, *args, **kwargs)
show("hmac_digest", _hashlib.hmac_digest, key=b"k", msg=b"m", digest="sha1")
for name in sorted(_hashlib.openssl_md_meth_names):
    show(name, _hashlib.hmac_new, b"k", b"m", name)
h = _hashlib.hmac_new(b"key", b"msg", "sha256")
other = h.copy()
show("update", other.update, msg=b"q" * 5000)
show("digest", other.digest)
show("hexdigest", h.hexdigest)
for args, kwargs in [(("x",), {}), ((None,), {}), ((3,), {}), ((), {}), ((b"a", b"b"), {}), ((), {"other": b"x"})]:
    show(f"update {args} {kwargs}", h.update, *args, **kwargs)
show("digest", h.digest, 1)
show("copy", h.copy, 1)
show("name", setattr, h, "name", "x")
show("pickle", pickle.dumps, h)
print(sys.getsizeof(h), gc.is_tracked(h))

print("-- pbkdf2_hmac")
for args in [
    (), ("md5",), ("md5", b"p", b"s"), ("md5", b"p", b"s", 1), ("md5", b"p", b"s", 1, None), ("md5", b"p", b"s", 1, 10),
    ("md5", b"p", b"s", 1, 0), ("md5", b"p", b"s", 1, -1), ("md5", b"p", b"s", 0), ("md5", b"p", b"s", 2**31), ("md5", b"p", b"s", 2**63),
    ("md5", b"p", b"s", 1, 2**31), ("md5", b"p", b"s", 1, 2**70), ("md5", b"p", b"s", "x"), ("md5", b"p", b"s", 1, 3.5), ("md5", "p", b"s", 1),
    ("md5", b"p", "s", 1), (b"md5", b"p", b"s", 1), (None, b"p", b"s", 1), ("shake_128", b"p", b"s", 1, 10), ("nothing", b"p", b"s", 0),
    ("nothing", b"p", b"s", "x"), ("md\0", "p", b"s", "x"), ("md5", "p", 3, "x"), ("md5", b"p", b"s", 0, "x"), ("null", b"p", b"s", 1),
    ("null", b"p", b"s", 1, 5), ("sha256", b"p" * 200, b"s" * 100, 1000, 100), ("sha1", b"p", b"s", True, True),
]:
    show(f"{args!r:.80}", _hashlib.pbkdf2_hmac, *args)
show("keywords", _hashlib.pbkdf2_hmac, hash_name="sha1", password=b"p", salt=b"s", iterations=2, dklen=7)

print("-- scrypt")
costs = {"salt": b"s", "n": 16, "r": 1, "p": 1}
for changes in [
    {}, {"salt": None}, {"salt": "s"}, {"salt": b""}, {"n": None}, {"n": 15}, {"n": 0}, {"n": 1}, {"n": -1}, {"n": 2}, {"n": 2**63}, {"n": 2**64},
    {"n": "x"}, {"n": True}, {"r": None}, {"r": 0}, {"r": -1}, {"r": 2**64}, {"p": 0}, {"p": 2**32}, {"p": "x"}, {"maxmem": 1}, {"maxmem": -1},
    {"maxmem": None}, {"maxmem": 2**31 - 1}, {"maxmem": 2**31}, {"maxmem": 2**64}, {"dklen": 0}, {"dklen": 1}, {"dklen": 2**31},
    {"dklen": None}, {"n": 2**20, "r": 8}, {"n": 2**10, "r": 8, "p": 3, "dklen": 100}, {"other": 1}, {"n": 15, "r": -1}, {"salt": 3, "n": "x"},
    {"n": "x", "maxmem": "y"}, {"maxmem": -1, "dklen": 0},
]:
    show(f"{changes}", _hashlib.scrypt, b"password", **{**costs, **changes})
for missing in costs:
    show(f"no {missing}", _hashlib.scrypt, b"password", **{name: value for name, value in costs.items() if name != missing})
show("no password", _hashlib.scrypt)
show("password", _hashlib.scrypt, "password", **costs)
show("positions", _hashlib.scrypt, b"password", b"salt", n=2, r=1, p=1)

print("-- compare_digest, get_fips_mode")
values = ["a", "", "\xe9", Text("a"), b"a", b"", bytearray(b"a"), memoryview(b"a"), memoryview(b"abcd")[::2], None, 3]
for i, left in enumerate(values):
    for j, right in enumerate(values):
        show(f"{i} {j}", _hashlib.compare_digest, left, right)
show("one", _hashlib.compare_digest, "a")
print(_hashlib.compare_digest.__text_signature__, _hashlib.get_fips_mode())

print("-- threads")
block = b"x" * (1 << 20)
for h in _hashlib.openssl_sha256(), _hashlib.openssl_shake_128(), _hashlib.hmac_new(b"k", b"", "sha1"):
    threads = [threading.Thread(target=lambda: [h.update(block) for _ in range(3)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    show(h.name, digest, h)

# Others run while a key is derived.
steps = 0
done = False


def count():
    global steps
    while not done:
        steps += 1


counter = threading.Thread(target=count)
counter.start()
before = steps
_hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 200_000)
after = steps
done = True
counter.join()
print(after > before)
