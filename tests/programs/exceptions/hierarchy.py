# The built-in exceptions: the tree, constructors, repr, str, attributes.
def tree(cls, depth=0):
    print("  " * depth + cls.__name__)
    for sub in sorted(cls.__subclasses__(), key=lambda c: c.__name__):
        if sub.__module__ == "builtins":
            tree(sub, depth + 1)


tree(BaseException)
for error in (Exception(), Exception("one"), Exception("one", 2), KeyError("k"), KeyError("k", 1), KeyError(),
        OSError("plain"), OSError(2, "text"), OSError(2, "text", "file"),
              OSError(2, "text", "a", None, "b"), OSError(13, "t"), OSError(1, 2, 3, 4, 5, 6), StopIteration(5),
                  SystemExit(3), SystemExit(), SystemExit(1, 2), UnicodeDecodeError("utf-8", b"abc\xff", 3, 4, "why"),
              UnicodeEncodeError("ascii", "aé", 1, 2, "because"), UnicodeTranslateError("abc", 1, 3, "reason"),
                  SyntaxError("msg"), SyntaxError("msg", ("f.py", 3, 5, "text here")),
                  SyntaxError("m", ("f", 1, 2, "t", 1, 9)),
              ImportError("m", name="n", path="p"), ModuleNotFoundError("m", name="x"), NameError("m", name="v"),
                  AttributeError("m", name="a", obj=5), BlockingIOError(11, "x", 7), FileNotFoundError(2, "nf", "f"),
                  IndentationError("i"), AssertionError((1, 2)), KeyboardInterrupt(), GeneratorExit(), Warning("w")):
    extra = {n: getattr(error, n) for n in ("errno", "strerror", "filename", "filename2", "characters_written", "value",
        "code", "start", "end", "reason", "object", "encoding", "msg", "lineno", "offset", "text", "end_lineno",
        "end_offset", "name", "path", "obj", "print_file_and_line") if hasattr(error, n)}
    print(repr(error), "|", error, "|", error.args, extra)
for source in ("OSError(1, 2).errno", "type(OSError(2, 'x')).__name__", "type(OSError(17, 'x', 'f')).__name__",
        "type(IOError(4, 'i')).__name__", "type(OSError(110, 't')).__name__", "type(OSError(9999, 'x')).__name__",
        "UnicodeDecodeError()", "UnicodeDecodeError('a', 'b', 1, 2, 'c')", "UnicodeEncodeError('a', b'b', 1, 2, 'c')",
        "ImportError(nope=1)", "Exception(x=1)", "KeyError(a=1)",
               "AttributeError('x', nope=1)", "BaseException.__new__(BaseException, 1, 2).args",
                   "Exception().with_traceback(5)", "ImportError('a', 'b').msg", "SyntaxError('m', (1, 2)).msg",
                   "SyntaxError(1, 2)", "EnvironmentError is OSError is IOError", "NameError('x', name='y').name",
                   "StopIteration(1, 2).value", "SystemExit((1, 2)).code", "PermissionError(2, 'x').errno", "OSError()",
                   "str(OSError(2, None))", "str(OSError(None, 'x', 'f'))",
                   "str(UnicodeDecodeError('utf-8', b'ab', 0, 5, 'r'))",
                   "str(UnicodeEncodeError('u', '\\ud800', 0, 1, 'r'))",
                   "str(UnicodeEncodeError('u', 'abc', 0, 3, 'r'))"):
    try:
        print(source, "=", repr(eval(source)))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")


class Custom(Exception):
    def __init__(self, code, *rest):
        super().__init__(f"custom {code}", *rest)
        self.code = code


class NoSuper(ValueError):
    def __init__(self, a): self.a = a


class Strange(Exception):
    def __str__(self): return f"strange {self.args}"


class Multi(KeyError, AttributeError): pass


print(repr(Custom(5)), Custom(5, "x").args, Custom(5).code, repr(NoSuper(3)), NoSuper(3).args, Strange(1), [Strange(1)],
    repr(Multi("m")), Multi("m"), Multi.__mro__[:3])
e = ValueError("v")
e.args = [1, 2]
e.custom = "attribute"
print(e.args, e, e.__dict__, e.__reduce__()[:2])
for source in ("e.args = 5", "e.__cause__ = 5", "e.__context__ = 'x'", "e.__traceback__ = 5",
        "e.__suppress_context__ = 1", "del e.args", "del e.__traceback__", "del e.__cause__", "e.__notes__"):
    try:
        exec(source)
        print(source, "ok")
    except (TypeError, AttributeError) as error:
        print(source, "->", type(error).__name__, error)
