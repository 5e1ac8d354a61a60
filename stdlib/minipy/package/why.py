"""`minipy intern --why 'A is B' [PROGRAM]`: why two expressions are one object, or why they are not.

The program runs, the operands are evaluated among its global variables, in one piece of code as the comparison itself would
be, and what they are is looked up: nothing of theirs runs (no `__eq__`, no `__repr__`).
"""
import ast
import json
import os
import subprocess
import sys
import types

import _minipy
from minipy import program, tool

REFERENCE = os.environ.get("MINIPY_REFERENCE", "/usr/bin/python3.11")

# Types whose values can be compared without running code of the program.
PLAIN = (int, str, bytes, float, complex, type(None), bool)

BECAUSE_SHARED = {
    "singleton": "there is one such object in the whole interpreter",
    "small int": "ints from -5 to 256 exist once, and whatever makes one hands that out",
    "empty": "the empty {type} exists once",
    "character": "strings of one character below 256 exist once",
    "byte": "bytes of length one exist once",
    "interned": "equal strings that are interned are one object",
    "static type": "both lead to the same class, which the interpreter has built in",
}


class UsageError(Exception):
    pass


# ---- The expression

def operands_of(expression):
    """The operands of a comparison by `is`, as one expression (a tuple), their texts, and the operators."""
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError as error:
        raise UsageError(f"the expression does not compile: {error.msg}") from None
    compare = tree.body
    if not isinstance(compare, ast.Compare) or not all(isinstance(op, (ast.Is, ast.IsNot)) for op in compare.ops):
        raise UsageError("--why wants a comparison by `is`, as in: a is b")
    parts = [compare.left, *compare.comparators]
    texts = [ast.get_source_segment(expression.strip(), part) for part in parts]
    tree.body = ast.copy_location(ast.Tuple(parts, ast.Load()), compare)
    return tree, texts, [isinstance(op, ast.Is) for op in compare.ops]


# ---- What the objects are

def constants_of(code):
    """(object, name of the code object) of each constant, those inside tuples and frozensets too, of nested code too."""
    def inside(value):
        yield value
        if type(value) in (tuple, frozenset):
            for item in value:
                yield from inside(item)
    for constant in code.co_consts:
        if type(constant) is types.CodeType:
            yield from constants_of(constant)
        else:
            for value in inside(constant):
                yield value, code


def name_of(cls):
    """Its __name__, whatever its metaclass says."""
    return type.__dict__["__name__"].__get__(cls)


def equal(a, b):
    """Whether two plain values are equal; None when only the program's own code could tell."""
    if type(a) is not type(b):
        return None
    if type(a) in PLAIN:
        return a == b or (a != a and b != b)
    if type(a) in (tuple, list) and len(a) == len(b):
        answers = [x is y or equal(x, y) for x, y in zip(a, b)]
        return None if None in answers else all(answers)
    if type(a) in (tuple, list, set, frozenset, dict) and len(a) != len(b):
        return False
    if type(a) in (set, frozenset) and all(type(item) in PLAIN for items in (a, b) for item in items):
        return a == b
    return None


class Operand:
    def __init__(self, text, value, own_code, program_code):
        self.text = text
        self.value = value
        self.sharing = _minipy.sharing(value)
        self.type = type(value)
        self.constant_of = [code for constant, code in (*constants_of(own_code), *program_code) if constant is value]
        self.own_constant = any(constant is value for constant, _ in constants_of(own_code))

    def describe(self):
        text = f"{_minipy.describe(self.value)} at {id(self.value):#x}"
        shared = {"interned": "interned", "small int": "one of the small ints", "singleton": "a singleton",
                  "empty": f"the empty {name_of(self.type)}", "character": "a shared character", "byte": "a shared byte",
                  "static type": "built in"}.get(self.sharing)
        if shared is None and type(self.value) is str:
            shared = "not interned"
        return text + (f" ({shared})" if shared else "")


def same(a, b):
    """Why the two, which are one object, are one."""
    if a.sharing and a.sharing != "static type":
        because = BECAUSE_SHARED[a.sharing].format(type=name_of(a.type))
        if a.sharing == "interned" and a.own_constant:
            because += "; the compiler interns constants that look like identifiers"
        return because
    if a.own_constant and is_literal(a.text) and is_literal(b.text):
        return "equal constants of one piece of code are one object"
    if a.constant_of and is_literal(a.text) != is_literal(b.text):
        return "the one is a constant of the code that the other comes from"
    if a.sharing:
        return BECAUSE_SHARED[a.sharing]
    return "both lead to the same object"


def different(a, b):
    if a.type is not b.type:
        return "objects of different types"
    are_equal = equal(a.value, b.value)
    if are_equal is False:
        return "objects with different values"
    if a.type is str and are_equal:
        interned = [o for o in (a, b) if o.sharing == "interned"]
        if not interned:
            return "equal strings, but neither is interned: each was made by itself"
        return f"equal strings, but only that of `{interned[0].text}` is interned: the other one was made while the program ran"
    if a.type is int and are_equal:
        return "equal ints beyond -5 to 256: each is made anew" + constants_apart(a, b)
    if are_equal and a.type in (float, complex, bytes, tuple, frozenset):
        return f"equal, but each {name_of(a.type)} is made anew" + constants_apart(a, b)
    if a.type in (list, dict, set, bytearray):
        return f"two {name_of(a.type)} objects: what can change is never shared by itself"
    return "two objects"


def constants_apart(a, b):
    codes = [{id(code) for code in o.constant_of} for o in (a, b)]
    if all(codes) and not codes[0] & codes[1]:
        return "; they are constants of two pieces of code, which were compiled apart"
    return ""


def is_literal(text):
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return False
    return True


# ---- The reference

# Says whether the comparisons hold: PYTHON -c SOURCE OUTPUT KIND TARGET EXPRESSION [ARGUMENTS].
SOURCE = r"""
import os, sys
output, kind, target, expression, *arguments = sys.argv[1:]
def run():
    main = type(sys)("__main__")
    main.__builtins__ = __builtins__
    sys.modules["__main__"] = main
    sys.argv[:] = [target if kind == "file" else "-m" if kind == "module" else "-c", *arguments]
    if kind == "module":
        import runpy
        sys.path[0] = os.getcwd()
        main.__dict__.update(runpy.run_module(target, run_name="__main__", alter_sys=True))
    elif kind:
        source, name = target, "<string>"
        if kind == "file":
            name = os.path.abspath(target)
            main.__file__ = name
            sys.path[0] = os.path.dirname(os.path.realpath(name))
            with open(name, "rb") as file:
                source = file.read()
        try:
            exec(compile(source, name, "exec", dont_inherit=True), main.__dict__)
        except SystemExit:
            pass
        except BaseException as error:
            sys.excepthook(type(error), error, error.__traceback__.tb_next)
    values = eval(compile(expression, "<expression>", "eval", dont_inherit=True), main.__dict__)
    with open(output, "w") as file:
        print(*[int(a is b) for a, b in zip(values, values[1:])], file=file)
run()
"""


def ask_reference(options, tree):
    """Whether each pair is one object on the reference; None when it did not come to that."""
    import tempfile
    kind = next((kind for kind in ("file", "code", "module") if getattr(options, kind) is not None), "")
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "answer")
        command = [REFERENCE, "-W", "ignore", "-c", SOURCE, output, kind, getattr(options, kind) if kind else "",
                   ast.unparse(tree), *options.all("argument")]
        try:
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with open(output) as file:
                return [word == "1" for word in file.read().split()]
        except OSError:
            return None


# ---- The view

def evaluate(options, tree):
    """The operands' values, their code, and the constants of the program's code. An int: the exit status instead."""
    code, status = None, 0
    if any(getattr(options, kind) is not None for kind in ("file", "code", "module")):
        code, status = program.run("intern", options)
        if code is None:
            return status
        namespace = sys.modules["__main__"].__dict__
    else:
        namespace = {"__builtins__": sys.modules["builtins"], "__name__": "__main__"}
    expression = compile(ast.fix_missing_locations(tree), "<expression>", "eval", dont_inherit=True)
    try:
        values = eval(expression, namespace)
    except BaseException as error:
        error = error.with_traceback(error.__traceback__.tb_next)
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    return values, expression, list(constants_of(code)) if code else []


def show(a, b, is_operator, holds, theirs, output):
    word = "is" if is_operator else "is not"
    width = max(len(a.text), len(b.text))
    print(f"{a.text} {word} {b.text}: {holds == is_operator}", file=output)
    for operand in a, b:
        print(f"  {operand.text:<{width}}  {operand.describe()}", file=output)
    print(f"  {same(a, b) if holds else different(a, b)}", file=output)
    if theirs is not None:
        print("  CPython: the same" if theirs == holds else f"  CPython differs: {theirs == is_operator}", file=output)


def as_json(a, b, is_operator, holds, theirs):
    def operand(o):
        return {"text": o.text, "object": _minipy.describe(o.value), "type": name_of(o.type), "address": f"{id(o.value):#x}",
                "sharing": o.sharing, "constant": bool(o.constant_of)}
    return {"event": "is", "operator": "is" if is_operator else "is not", "holds": holds == is_operator, "same": holds,
            "left": operand(a), "right": operand(b), "because": same(a, b) if holds else different(a, b), "reference_same": theirs}


def main(words):
    import fcntl
    options = tool.Options(words)
    # The program may close its output or put something else in its place; its own goes to standard error with --json.
    output = os.fdopen(fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 100), "w", encoding="utf-8", errors="backslashreplace")
    if options.json:
        os.dup2(2, 1)
    try:
        tree, texts, operators = operands_of(options.expression)
    except UsageError as error:
        print(f"minipy intern: {error}", file=sys.stderr)
        return 2
    answers = None
    if options.compare:
        answers = ask_reference(options, tree)
        if answers is None:
            print(f"minipy intern: {REFERENCE} has no answer", file=sys.stderr)
    found = evaluate(options, tree)
    if isinstance(found, int):
        return found
    try:
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError):
        pass
    values, code, constants = found
    operands = [Operand(text, value, code, constants) for text, value in zip(texts, values)]
    status = 0
    for i, is_operator in enumerate(operators):
        a, b = operands[i:i + 2]
        holds = a.value is b.value
        theirs = answers[i] if answers else None
        if options.compare and theirs is not holds:
            status = 1
        if options.json:
            print(json.dumps(as_json(a, b, is_operator, holds, theirs)), file=output)
        else:
            show(a, b, is_operator, holds, theirs, output)
    output.close()
    return status
