"""Runs a program and writes what its objects look like: reference counts, sizes or identities. `minipy compare` runs this on
both interpreters.

    probe.py refs FILE       the counts at the lines that are marked
    probe.py sizes FILE      sys.getsizeof of every object that the program's globals lead to, when it has ended
    probe.py identity FILE   which of these objects are one and the same; which strings are interned

A mark is a comment behind a simple statement, `total = f(x)  # refs: x, total[0]`: when the statement has been executed (or,
of return, raise, break and continue, before), sys.getrefcount of each expression is noted, less the reference that the
call itself holds. Exit status 2: the program cannot be probed; the message says why.
"""
import ast
import fcntl
import io
import os
import re
import sys
import tokenize
import types

MARK = "refs:"
LIMIT = 200_000  # objects
HIGH = 900  # the result's file has at least this number, out of the way of the program's


class ProbeError(Exception):
    pass


# ---- Marks

def marks_of(source):
    """Line -> the expressions of its mark, as pairs (text, tree)."""
    marks = {}
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type != tokenize.COMMENT or not token.string.lstrip("# ").startswith(MARK):
            continue
        text = token.string.lstrip("# ")[len(MARK):].strip()
        line = token.start[0]
        try:
            tree = ast.parse(f"({text},)", mode="eval").body
        except SyntaxError:
            raise ProbeError(f"line {line}: the mark is not a list of expressions") from None
        marks[line] = [(ast.unparse(element), element) for element in tree.elts]
    return marks


class Marker(ast.NodeTransformer):
    """Puts a call of `__mark__` behind every marked statement."""

    def __init__(self, marks):
        self.marks = dict(marks)

    def generic_visit(self, node):
        super().generic_visit(node)
        for field, body in ast.iter_fields(node):
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                setattr(node, field, self.marked(body))
        return node

    def marked(self, body):
        result = []
        for statement in body:
            compound = hasattr(statement, "body") or isinstance(statement, ast.Match)
            last_on_line = not compound and all(
                other is statement or other.lineno > statement.end_lineno or other.end_lineno < statement.end_lineno
                for other in body[body.index(statement):])
            expressions = self.marks.pop(statement.end_lineno, ()) if last_on_line else ()
            calls = [self.call(statement, *expression) for expression in expressions]
            before = isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue))
            result += calls + [statement] if before else [statement] + calls
        return result

    @staticmethod
    def call(statement, text, expression):
        count = ast.Call(ast.Name("__count__", ast.Load()), [expression], [])
        shared = ast.Call(ast.Name("__shared__", ast.Load()), [expression], [])
        where = [ast.Constant(statement.end_lineno), ast.Constant(text)]
        noted = ast.Expr(ast.Call(ast.Name("__mark__", ast.Load()), [*where, count, shared], []))
        failed = ast.Expr(ast.Call(ast.Name("__mark__", ast.Load()), where, []))
        call = ast.Try([noted], [ast.ExceptHandler(ast.Name("__Exception__", ast.Load()), None, [failed])], [], [])
        for node in ast.walk(call):
            if isinstance(node, (ast.expr, ast.stmt, ast.excepthandler)):
                ast.copy_location(node, statement)
        return call


def refs(path, source, lines):
    tree = ast.parse(source, path)
    marks = marks_of(source)
    if not marks:
        raise ProbeError("there is no mark: a comment `# refs: NAME` behind a statement")
    marker = Marker(marks)
    tree = marker.visit(tree)
    if marker.marks:
        raise ProbeError(f"line {min(marker.marks)}: a mark stands behind a simple statement, on its last line")

    def mark(line, text, count=None, shared=False):
        shown = "no value" if count is None else "shared by the interpreter" if shared else count - 1
        lines.append(f"line {line}: {text}: {shown}")

    run(compile(tree, path, "exec", dont_inherit=True), path,
        {"__mark__": mark, "__count__": sys.getrefcount, "__shared__": is_shared, "__Exception__": Exception})


def is_shared(value):
    """Whether anybody may hold the object, so that its count says nothing of the program."""
    kind = type(value)
    if kind is int:
        return -5 <= value <= 256
    if kind is str:
        return len(value) <= 1 or sys.intern("".join(list(value))) is value
    return value in (None, True, False, ..., NotImplemented) if kind in (type(None), bool, type(...), type(NotImplemented)) else (
        kind in (tuple, frozenset, bytes) and not value or issubclass(kind, type) and value.__module__ != "__main__"
        or issubclass(kind, (types.ModuleType, types.BuiltinFunctionType)))


# ---- Objects that globals lead to

class Walk:
    """Visits the objects, each with a path that names it; one that was seen before is not entered again."""

    def __init__(self, namespace, skip):
        self.found = []  # (path, object, path of its first appearance or None)
        self.first = {}
        self.kept = []  # so that no id is used twice
        self.todo = []
        for name, value in reversed(list(namespace.items())):
            if name not in skip:
                self.todo.append((name, value))
        while self.todo and len(self.found) < LIMIT:
            self.visit(*self.todo.pop())

    def visit(self, path, value):
        known = self.first.get(id(value))
        self.found.append((path, value, known))
        if known is None:
            self.first[id(value)] = path
            self.kept.append(value)
            self.todo += reversed([(path + step, child) for step, child in self.children(value)])

    def children(self, value):
        kind = type(value)
        if kind in (list, tuple):
            return [(f"[{i}]", item) for i, item in enumerate(value)]
        if kind is dict:
            return self.dict_children(value)
        if kind in (set, frozenset):
            return [(f"{{{i}}}", item) for i, item in enumerate(value)]
        if kind is types.FunctionType:
            return self.attributes(value, "__code__", "__defaults__", "__kwdefaults__", "__closure__", "__dict__", "__name__")
        if kind is types.CodeType:
            return self.attributes(value, "co_consts", "co_names", "co_varnames", "co_cellvars", "co_freevars", "co_name")
        if kind is types.MethodType:
            return self.attributes(value, "__func__", "__self__")
        if kind is types.CellType:
            return self.attributes(value, "cell_contents")
        if kind in (staticmethod, classmethod):
            return self.attributes(value, "__func__")
        if kind is property:
            return self.attributes(value, "fget", "fset", "fdel")
        if issubclass(kind, type):
            return self.class_children(value)
        if issubclass(kind, types.ModuleType) or kind.__module__ == "builtins":
            return []
        return self.instance_children(value)

    @staticmethod
    def dict_children(value):
        return [pair for i, (key, item) in enumerate(dict.items(value))
                for pair in ((f".key({i})", key), (f"[{key!r}]" if type(key) in (str, int) else f".value({i})", item))]

    @staticmethod
    def attributes(value, *names):
        found = []
        for name in names:
            try:
                found.append((f".{name}", getattr(value, name)))
            except (AttributeError, ValueError):
                pass
        return found

    @staticmethod
    def class_children(value):
        if value.__module__ != "__main__":
            return []
        skip = ("__dict__", "__weakref__", "__module__", "__doc__")
        return [("." + name, item) for name, item in type.__dict__["__dict__"].__get__(value).items() if name not in skip]

    @staticmethod
    def instance_children(value):
        """The instance's dict and its slots, without running code of its class."""
        found = []
        for cls in type(value).__mro__:
            namespace = type.__dict__["__dict__"].__get__(cls)
            for name, item in namespace.items():
                if type(item) is types.MemberDescriptorType and cls.__module__ == "__main__":
                    try:
                        found.append(("." + name, item.__get__(value)))
                    except AttributeError:
                        pass
            if type(namespace.get("__dict__")) is types.GetSetDescriptorType and cls.__module__ == "__main__":
                found.append((".__dict__", namespace["__dict__"].__get__(value)))
        return found


def walk_after_run(path, source):
    namespace, names_before = run(compile(source, path, "exec", dont_inherit=True), path, {})
    return Walk(namespace, names_before)


def sizes(path, source, lines):
    for place, value, known in walk_after_run(path, source).found:
        if known is None:
            lines.append(f"{place}: {type(value).__name__}: {sys.getsizeof(value)}")


def identity(path, source, lines):
    found = walk_after_run(path, source).found
    for place, value, known in found:
        text = f"{place}: {type(value).__name__}"
        if type(value) in (int, str, bytes, float, bool, type(None)):
            text += re.sub("0x[0-9a-f]{6,}", "0x…", f" {value!r:.60}")  # addresses
        lines.append(text + (f" is {known}" if known else "") + shared_with_interpreter(value))


def shared_with_interpreter(value):
    """Whether a new object with this value would be this object: small ints, single characters, empty ones."""
    kind = type(value)
    if kind is int and abs(value) < 10**6:
        return ", cached" if int(str(value)) is value else ""
    if kind is str and value:
        # A copy is another object; interning it gives the interned one, if there is one.
        single = len(value) == 1
        copy = chr(ord(value)) if single else "".join(list(value))
        cached = ", cached" if single and copy is value else ""
        return cached + (", interned" if sys.intern(copy) is value else "")
    if kind is str:
        return ", cached" if "".join([]) is value else ""
    if kind in (tuple, frozenset, bytes) and not value:
        return ", cached" if kind(bytearray()) is value else ""
    if kind is bytes and len(value) == 1:
        return ", cached" if bytes(bytearray(value)) is value else ""
    return ""


# ---- Running the program

def run(code, path, extra):
    """Runs the code as __main__. Returns its namespace and the names that were there before."""
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = sys.modules["builtins"]
    sys.modules["__main__"] = main
    sys.argv[:] = [path]
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    namespace = main.__dict__
    namespace.update(extra)
    before = set(namespace)
    try:
        exec(code, namespace)
    except SystemExit:
        pass
    except BaseException as error:
        error = error.with_traceback(error.__traceback__.tb_next)
        sys.excepthook(type(error), error, error.__traceback__)
    return namespace, before


def main():
    kind, path = sys.argv[1:]
    lines = []
    # What the program prints must not come between; the result goes to what is standard output now.
    number = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, HIGH)
    where = os.fstat(number)
    result = os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)
    fstat, same, write, leave = os.fstat, os.path.samestat, sys.stderr.write, os._exit
    try:
        with open(path, "rb") as file:
            source = file.read()
        {"refs": refs, "sizes": sizes, "identity": identity}[kind](path, source, lines)
    except (ProbeError, SyntaxError, ValueError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    try:
        # Another file may have the number by now.
        if not same(where, fstat(number)):
            raise OSError
        result.write("".join(line + "\n" for line in lines))
        result.flush()
    except OSError:
        try:
            write(f"{path}: the program has closed the file that the result goes to\n")
        except OSError:
            pass  # standard error, too
        leave(2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
