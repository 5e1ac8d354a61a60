# io: text and binary streams, buffering, newlines, seeking, modes and their errors.
import io
import os
import tempfile
folder = tempfile.mkdtemp()
path = os.path.join(folder, "f.txt")
with open(path, "w", encoding="utf-8") as f:
    print(f.write("line one\nzweite Zeile é\n\nlast"), f.tell(), f.writable(), f.readable(), f.mode, f.encoding,
        f.closed, f.name == path, f.line_buffering, f.errors, f.newlines)
with open(path, encoding="utf-8") as f:
    print(f.readline(), f.read(5), f.readlines(), f.read(), f.tell(), f.seek(0), list(f), f.fileno() > 2, f.isatty(),
        f.newlines)
with open(path, "rb") as f:
    print(f.read(4), f.readline(), f.peek(3)[:3], f.seek(-4, 2), f.read(), f.seek(2), f.tell(), f.read1(3),
        f.readinto(b := bytearray(4)), b, f.raw.__class__.__name__, f.__class__.__name__)
with open(path, "r+", encoding="utf-8") as f:
    f.seek(0, 2); f.write("+appended"); f.seek(5); f.write("ONE"); f.seek(0)
    print(f.read())
with open(path, "a+") as f:
    f.write("!"); f.seek(0); print(len(f.read()), f.truncate(5)); f.seek(0); print(f.read())
try:
    open(path, "x")
except FileExistsError as error:
    print(error.errno, os.path.basename(error.filename))
with open(path, "wb") as f:
    f.write(b"a\r\nb\rc\nd")
for newline in (None, "", "\n", "\r", "\r\n"):
    with open(path, newline=newline) as f:
        print(repr(newline), f.readlines(), f.newlines)
    with open(path + "w", "w", newline=newline) as f:
        f.write("x\ny\r\n")
    with open(path + "w", "rb") as f:
        print(f.read())
for args in (("nope", "r"), (path, "q"), (path, "rw"), (path, ""), (path, "rt+b"), (path, "rb", 0), (path, "r", 0),
        (path, "rb", 1), (folder, "r"), (path, "r", -1, "no-codec"), (path, "rb", -1, "utf-8"),
        (path, "r", -1, None, "nohandler"), (path, "r", -1, None, None, "x"), (path, "rb", -1, None, None, "\n"),
        (5.5,), (None,), (path + "\0",), (b"nope",), (-1,), (99,), (path, 5), (path, "br+"), (path, "U")):
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with open(*args) as f:
                print(args[1:], type(f).__name__)
        except Exception as error:
            print(args[1:], type(error).__name__, str(error).replace(folder, ""))
f = open(path, "rb", buffering=0)
print(type(f).__name__, f.read(2), f.readall(), f.closefd, f.mode, f.seekable())
f.close()
for action in (lambda: f.read(), lambda: f.tell(), lambda: next(iter(f)), lambda: f.fileno(), lambda: f.__enter__()):
    try:
        action()
    except ValueError as error:
        print(error)
with open(path, "rb") as f:
    for action in (lambda: f.write(b"x"), lambda: f.truncate(), lambda: f.read("x"), lambda: f.seek(-1),
            lambda: f.seek(0, 9)):
        try:
            action()
        except (OSError, TypeError, ValueError) as error:
            print(type(error).__name__, error)
with open(path) as f:
    for action in (lambda: f.write("x"), lambda: f.seek(1, 1), lambda: f.seek(-1, 2), lambda: next(f) and f.tell(),
            lambda: f.read(1.5)):
        try:
            print(action())
        except (OSError, TypeError, ValueError) as error:
            print(type(error).__name__, error)
with open(path, "wb") as f:
    f.write(b"ok \xff\xfe end")
with open(path, encoding="utf-8") as f:
    try:
        f.read()
    except UnicodeDecodeError as error:
        print(error)
print(open(path, encoding="latin-1").read(), ascii(open(path, encoding="utf-8", errors="replace").read()),
    ascii(open(path, encoding="ascii", errors="surrogateescape").read()))
s = io.StringIO("a\nbc\n")
print(s.read(1), s.readline(), s.tell(), s.write("XY"), s.getvalue(), s.seek(0), s.readlines(), s.truncate(2),
    s.getvalue(), s.closed, s.seek(10), s.write("z"), repr(s.getvalue()), io.StringIO("a\r\nb", newline=None).read(),
    io.StringIO("x\ny", newline="\r\n").getvalue())
b = io.BytesIO(b"hello")
print(b.read(2), b.getvalue(), b.seek(0, 2), b.write(b"!!"), b.getbuffer()[0], bytes(b.getbuffer()),
    b.readinto(bytearray(2)), b.seek(1), b.readline(), b.truncate(3), b.getvalue(), list(io.BytesIO(b"a\nb")),
    b.read1(), b.readable())
t = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
t.write("é\n"); print(t.buffer.getvalue(), t.detach().__class__.__name__)
for bad in (lambda: io.StringIO(b"x"), lambda: io.BytesIO("x"), lambda: io.StringIO().write(b"x"),
        lambda: io.BytesIO().write("x"), lambda: io.StringIO().seek(-1), lambda: io.BytesIO(b"x").seek(-5),
        lambda: t.read(), lambda: io.BufferedReader(5), lambda: io.StringIO().fileno(), lambda: io.open_code(5),
        lambda: io.IOBase().read(), lambda: io.RawIOBase().read()):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)


class Raw(io.RawIOBase):
    def __init__(self, data): self.data = data
    def readable(self): return True
    def readinto(self, buffer):
        size = min(3, len(buffer))
        chunk, self.data = self.data[:size], self.data[size:]
        buffer[:len(chunk)] = chunk
        return len(chunk)


r = io.BufferedReader(Raw(b"one two three\nfour"), 5)
print(r.read(4), r.peek(), r.readline(), r.read(), r.read(), Raw(b"abcdefg").readall(), Raw(b"xyz").read(2),
    [c.__name__ for c in io.BufferedReader.__mro__], isinstance(s, io.TextIOBase), io.DEFAULT_BUFFER_SIZE)
pair = io.BufferedRWPair(io.BytesIO(b"in"), out := io.BytesIO())
pair.write(b"out"); pair.flush(); print(pair.read(), out.getvalue())
print(sorted(os.listdir(folder)))
