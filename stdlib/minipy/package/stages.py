"""What an interpreter's front end makes of one source: a text for every stage, equal where two interpreters agree.

Run as a program, by the interpreter that is examined (by `minipy compare`, and by the tests on the front end):

    stages.py list                  which stages this interpreter has
    stages.py digests [STAGE...] < PATHS   one line of JSON for every path: [path, {stage: digest}]
    stages.py show STAGE PATH       the whole text of one stage

Stages: tokens (the tokenizer's stream), tree (ast.dump with attributes), comments (the same with type comments),
symbols (the symbol tables), code0, code1, code2 (code objects at each -O level, every field, recursively), pyc (what
marshal writes for a .pyc file, which shows what is shared and interned),
annotations (every expression of the source as `from __future__ import annotations` writes it). Warnings belong to a
stage in the order in which they are issued; an exception stands for the result, with its class and all its fields.
"""

import ast
import json
import marshal
import sys
import types
import warnings
from _sha512 import sha512

ERRORS = (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError, LookupError, SystemError)


def describe_error(error):
    fields = [type(error).__name__, repr(error.args)]
    if isinstance(error, SyntaxError):
        fields += [repr(getattr(error, name)) for name in
                   ("msg", "filename", "lineno", "offset", "text", "end_lineno", "end_offset", "print_file_and_line")]
    return "raises " + "\n  ".join(fields) + "\n"


def recorded(function, *arguments):
    """The text that the function returns, or its error, after the warnings that it issues."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = function(*arguments)
        except ERRORS as error:
            result = describe_error(error).encode("utf-8", "surrogatepass")
    issued = "".join(f"warns {w.category.__name__} {w.message} {w.filename} {w.lineno}\n" for w in caught)
    return issued.encode("utf-8", "surrogatepass") + result


# ---- The stages: of the bytes of a source and its file name, bytes that stand for the result.

def tokens(source, name):
    import tokenize
    lines = iter(source.splitlines(True))
    encoding, _ = tokenize.detect_encoding(lambda: next(lines, b""))
    import _tokenize
    return "".join(f"{token!r}\n" for token in _tokenize.TokenizerIter(source.decode(encoding))).encode(
        "utf-8", "surrogatepass")


def dump(source, name, flags):
    tree = compile(source, name, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    return ast.dump(tree, include_attributes=True).encode("utf-8", "surrogatepass")


def tree(source, name):
    return dump(source, name, 0)


def comments(source, name):
    return dump(source, name, ast.PyCF_TYPE_COMMENTS) if b"type:" in source else b""


def describe_table(table, lines, depth):
    lines.append(f"{'  ' * depth}{table.type} {table.name} line {table.lineno} nested {table.nested}")
    lines.append(f"{'  ' * depth}{table.symbols} {table.varnames}")
    for child in table.children:
        describe_table(child, lines, depth + 1)


def symbols(source, name):
    import _symtable
    lines = []
    describe_table(_symtable.symtable(source, name, "exec"), lines, 0)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def code(source, name, level):
    # Version 2 writes every object out, with its type and all bits of floats, and so says the same of equal objects.
    return marshal.dumps(compile(source, name, "exec", dont_inherit=True, optimize=level), 2)


def pyc(source, name):
    # Strings of one character are shared by the whole process, and interned once anything has asked for that.
    for number in range(256):
        sys.intern(chr(number))
    return marshal.dumps(compile(source, name, "exec", dont_inherit=True, optimize=0))


def expressions_of(node, found):
    """The outermost expressions below the node that may stand in a postponed annotation."""
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.expr) and not isinstance(child, (ast.Starred, ast.Slice)):
                if not isinstance(getattr(child, "ctx", None), (ast.Store, ast.Del)):
                    found.append(child)
            elif isinstance(child, ast.AST):
                expressions_of(child, found)


def annotations(source, name):
    """The strings that the compiler makes of all expressions, as annotations of one module."""
    found = []
    expressions_of(ast.parse(source, name), found)
    forbidden = (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr)
    body = [ast.ImportFrom("__future__", [ast.alias("annotations")], 0)]
    for expression in found:
        if not any(isinstance(node, forbidden) for node in ast.walk(expression)):
            body.append(ast.AnnAssign(ast.Name("x", ast.Store()), expression, None, 1))
    module = ast.fix_missing_locations(ast.Module(body, []))
    constants = compile(module, name, "exec", dont_inherit=True, optimize=0).co_consts
    return repr(constants).encode("utf-8", "surrogatepass")


STAGES = {
    "tokens": tokens,
    "tree": tree,
    "comments": comments,
    "symbols": symbols,
    "code0": lambda source, name: code(source, name, 0),
    "code1": lambda source, name: code(source, name, 1),
    "code2": lambda source, name: code(source, name, 2),
    "pyc": pyc,
    "annotations": annotations,
}
NEEDS = {"tokens": "_tokenize", "symbols": "_symtable"}


def available():
    stages = []
    for stage in STAGES:
        try:
            __import__(NEEDS.get(stage, "marshal"))
        except ImportError:
            continue
        stages.append(stage)
    return stages


def outcome(stage, source, name):
    return recorded(STAGES[stage], source, name)


# ---- For people: the texts of stages, line by line.

CODE_FIELDS = ("co_filename", "co_name", "co_qualname", "co_firstlineno", "co_argcount", "co_posonlyargcount",
               "co_kwonlyargcount", "co_nlocals", "co_stacksize", "co_flags", "co_names", "co_varnames", "co_cellvars",
               "co_freevars", "co_exceptiontable", "co_linetable")


def describe_code(value, lines):
    import dis
    for field in CODE_FIELDS:
        lines.append(f"{value.co_qualname}.{field} = {getattr(value, field)!r}")
    for index, constant in enumerate(value.co_consts):
        shown = "code" if isinstance(constant, types.CodeType) else repr(constant)
        lines.append(f"{value.co_qualname}.co_consts[{index}] = {type(constant).__name__} {shown}")
    for offset, instruction in enumerate(dis.get_instructions(value, show_caches=False)):
        at = instruction.positions
        lines.append(f"{value.co_qualname} {instruction.offset} {instruction.opname} {instruction.arg} "
                     f"{instruction.argrepr if 'code object ' not in instruction.argrepr else ''} "
                     f"({at.lineno}, {at.end_lineno}, {at.col_offset}, {at.end_col_offset})")
    for constant in value.co_consts:
        if isinstance(constant, types.CodeType):
            describe_code(constant, lines)


def show(stage, path):
    with open(path, "rb") as file:
        source = file.read()
    if stage in ("tree", "comments"):
        flags = ast.PyCF_ONLY_AST | (ast.PyCF_TYPE_COMMENTS if stage == "comments" else 0)
        shown = lambda: ast.dump(compile(source, path, "exec", flags, dont_inherit=True), include_attributes=True,
                                 indent=1).encode("utf-8", "surrogatepass")
        return recorded(shown)
    if stage.startswith("code"):
        def shown():
            lines = []
            describe_code(compile(source, path, "exec", dont_inherit=True, optimize=int(stage[4:])), lines)
            return "\n".join(lines).encode("utf-8", "surrogatepass")
        return recorded(shown)
    text = outcome(stage, source, path)
    return text.replace(b"', '", b"',\n'") if stage == "annotations" else text


def main():
    command, *arguments = sys.argv[1:]
    if command == "list":
        print(*available())
    elif command == "show":
        sys.stdout.buffer.write(show(*arguments))
    elif command == "digests":
        stages = arguments or available()
        for path in sys.stdin.read().splitlines():
            with open(path, "rb") as file:
                source = file.read()
            digests = {stage: sha512(outcome(stage, source, path)).hexdigest()[:24] for stage in stages}
            print(json.dumps([path, digests]), flush=True)


if __name__ == "__main__":
    main()
