"""gzip, zipfile and imports from compressed archives, all over zlib."""
import gzip
import io
import os
import struct
import sys
import tempfile
import traceback
import zipfile
import zipimport

text = b"".join(b"line %d of many\n" % i for i in range(2000))

print("-- gzip")
packed = gzip.compress(text, mtime=1)
print(len(packed), packed[:10], gzip.decompress(packed) == text, gzip.decompress(packed + packed) == 2 * text)
for broken in [b"", packed[:5], packed[:-3], b"x" + packed, packed[:-8] + b"\0" * 8, packed + b"junk"]:
    try:
        print(len(gzip.decompress(broken)))
    except Exception as error:
        print(type(error).__name__, error)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "a.gz")
    with gzip.open(path, "wt", encoding="utf-8") as f:
        print("first\nsécond\nthird", file=f)
    with gzip.open(path, "rt", encoding="utf-8") as f:
        print(f.readlines())
    with gzip.GzipFile(path, "ab", mtime=0) as f:
        f.write(text)
    with gzip.GzipFile(path) as f:
        print(f.readline(), f.tell(), f.read(5), f.seek(0), f.read(3), f.peek(4)[:4], len(f.read()))

    print("-- zipfile")
    path = os.path.join(folder, "library.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [
                ("numbers_of.py", "def count(text):\n    return len(text)\n\ndef fail():\n    raise ValueError('from the archive')\n"),
                ("package_of/__init__.py", "from .inner import value\n"), ("package_of/inner.py", "value = 42\n"),
                ("stored.txt", "not compressed")]:
            info = zipfile.ZipInfo(name, (2020, 2, 3, 4, 5, 6))
            info.compress_type = zipfile.ZIP_STORED if name == "stored.txt" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
        archive.writestr(zipfile.ZipInfo("many.txt", (2020, 2, 3, 4, 5, 6)), text, zipfile.ZIP_DEFLATED, 9)
    print(zipfile.is_zipfile(path), os.path.getsize(path))
    with zipfile.ZipFile(path) as archive:
        archive.printdir()
        for info in archive.infolist():
            print(info.filename, info.compress_type, info.file_size, info.compress_size, info.CRC)
        print(archive.testzip(), archive.read("many.txt") == text)
        with archive.open("many.txt") as f:
            print(f.readline(), f.seek(1000), f.read(10), len(f.read()))
        print([str(each)[len(path):] for each in zipfile.Path(archive).iterdir()])
    with open(path, "rb") as f:
        damaged = bytearray(f.read())
    at = damaged.index(b"many.txt") + len("many.txt") + 20
    damaged[at:at + 4] = b"\xff\xff\xff\xff"
    with zipfile.ZipFile(io.BytesIO(damaged)) as archive:
        try:
            archive.read("many.txt")
        except Exception as error:
            print(type(error), error)

    print("-- zipimport")
    sys.path.insert(0, path)
    import numbers_of
    import package_of
    print(numbers_of.count("abc"), package_of.value, type(numbers_of.__loader__).__name__, numbers_of.__file__[len(folder):])
    try:
        numbers_of.fail()
    except ValueError:
        print(traceback.format_exc().replace(folder, ""))
    loader = zipimport.zipimporter(path)
    inner = zipimport.zipimporter(os.path.join(path, "package_of"))
    print(inner.get_source("inner"), inner.prefix, loader.is_package("package_of"), loader.get_data("stored.txt"))
    sys.path.remove(path)
    for name in "numbers_of", "package_of", "package_of.inner":
        del sys.modules[name]
    for cache in sys.path_importer_cache, zipimport._zip_directory_cache:
        for name in [name for name in cache if name.startswith(folder)]:
            del cache[name]
