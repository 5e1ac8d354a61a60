"""What programs do with hashes: hashlib, hmac, secrets, uuid, random."""
import base64
import hashlib
import hmac
import io
import random
import secrets
import tempfile
import uuid

data = b"The quick brown fox jumps over the lazy dog"
print(sorted(hashlib.algorithms_guaranteed))
print(hashlib.algorithms_guaranteed <= hashlib.algorithms_available)
for name in sorted(hashlib.algorithms_guaranteed):
    length = (32,) if name.startswith("shake") else ()
    h = hashlib.new(name, data)
    direct = getattr(hashlib, name)(usedforsecurity=False)
    direct.update(data[:10])
    direct.update(data[10:])
    print(name, h.name, h.digest_size, h.block_size, h.hexdigest(*length), direct.digest(*length) == h.digest(*length))
    digest = hashlib.file_digest(io.BytesIO(data), name)
    print(digest.hexdigest(*length) == h.hexdigest(*length))
with tempfile.TemporaryFile() as f:
    f.write(data * 100_000)
    f.seek(0)
    print(hashlib.file_digest(f, hashlib.sha256).hexdigest())
for name, arguments in [("nothing", ()), (5, ()), ("md5", ("text",)), ("sha1", (5,))]:
    try:
        hashlib.new(name, *arguments)
    except Exception as error:
        print(type(error).__name__, error if name != "sha1" else "")

print("-- hmac")
for name in "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s":
    for key in b"key", b"k" * 200:
        h = hmac.new(key, digestmod=name)
        h.update(data)
        print(name, h.name, h.digest_size, h.block_size, h.hexdigest(), hmac.digest(key, data, name) == h.digest())
        print(h.copy().hexdigest() == h.hexdigest(), hmac.new(key, data, getattr(hashlib, name)).digest() == h.digest())
print(hmac.compare_digest("abc", "abc"), hmac.compare_digest(b"abc", b"abd"))

print("-- secrets, uuid, random")
print(len(secrets.token_bytes(20)), len(secrets.token_hex(20)), len(base64.urlsafe_b64decode(secrets.token_urlsafe(30))))
print(secrets.randbelow(1), secrets.choice([3]), secrets.compare_digest("a", "b"))
print(uuid.uuid3(uuid.NAMESPACE_DNS, "example.org"), uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org"))
print(uuid.uuid4().version, uuid.uuid1().version)
for seed in "text", b"bytes", bytearray(b"array"), 5, 1.5, "длинный текст":
    random.seed(seed)
    print(seed, random.random(), random.getrandbits(70))
