"""Wrong programs, made by mutating right ones, and what an interpreter's front end says of them.

Run as a program, by the interpreter that is examined:

    mutants.py outcomes SEED KIND:FIRST:COUNT ...    one line of JSON for every mutant: [kind, index, outcome]
    mutants.py show SEED KIND:INDEX                  the mutant itself

A mutant follows from its seed, kind and index alone, whatever interpreter makes it. Kinds:

    library    a piece of a library file, with tokens deleted, doubled, swapped or replaced, brackets and quotes broken,
               or indentation changed
    bytes      the same as bytes: encodings, coding cookies, null bytes, byte order marks, form feeds, tabs, line ends
    fragment   one line, in `eval`, `single` and `func_type` mode, with codeop's flags
    fstring    replacement fields, put together at random
    match      pieces of match statements
    version    a piece of a library file under an older feature_version
    scopes     declarations, bindings and uses of names in nested scopes, put together at random
    embedded   a piece of a library file with a wrong expression in a call, subscript, decorator, f-string or default
"""

import ast
import binascii
import json
import marshal
import os
import random
import re
import sys
import warnings

import embedded

TOKEN = re.compile(
    r'''[A-Za-z_]\w*|\d[\w.]*|"""(?:.|\n)*?"""|\'\'\'(?:.|\n)*?\'\'\'|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|'''
    r'''#[^\n]*|\n[ \t]*|[ \t]+|\*\*=?|//=?|>>=?|<<=?|->|:=|\.\.\.|[-+*/%&|^=<>!@]=|.''')
PIECES = (
    '( ) [ ] { } : ; , = == + - * ** / // % @ & | ^ ~ < > <= >= != <> := ... . -> += **= ! $ ? \\ if else elif for in not is '
    'and or lambda yield await async def class return import from as with try except finally while break continue pass '
    'del global nonlocal assert raise match case _ print exec None True False x 1 0777 1_ 1e 0x 0b2 1j é € #c').split() + [
        "'a'", "b'a'", "u'a'", "f'{x}'", "f'{a b}'", "f'{x!z}'", "f'{'", "'\\N{no}'", "'\\x1'", "'\\d'", "'", '"', "'''", '"""',
        '\n', '\n  ', '\n    ', '\t', '\f', '# type: int', '# type: ignore', '__debug__', 'except*', '"\\400"', '1if', '0o8',
        'from __future__ import annotations\n', 'yield from x', '*x', '**x', 'x=1', 'lambda: 0', '(yield)', '1.e1j', '0_7']
ENCODINGS = ['utf-8', 'latin-1', 'iso-8859-15', 'cp1252', 'utf_8_sig', 'ascii', 'no-such', 'utf-16', 'rot13', 'UTF-8', 'utf8',
             'koi8-r', 'Latin_1-unix', 'utf-8-mac', 'cp437', 'hex', 'x' * 20]
BYTES = [b'\0', b'\r', b'\r\n', b'\f', b'\t', b'\xef\xbb\xbf', b'\xff', b'\xe9', b'\xc3', b'\xc3\xa9', b'\xe2\x82', b'\x1a',
         b'\xf0\x9f\x98\x80', b'\\\n', b'\\\r\n', b'\\', b'\n\n', b' ', b'        ', b'\x80', b'"', b"'''", b'#\xe9\n', b'\x0b']
FIELD_PIECES = [
    '{', '}', '{{', '}}', '{x}', '{x!r}', '{x!s:>10}', '{x:{w}}', '{x:{w}.{p}}', '{x=}', '{x = !r:^20}', '{', '}', '!', ':', '=',
    '!r', '!z', '!rr', '{}', '{ }', '{!r}', '{:x}', '{x!}', '{x:', '{x:{y', '{*a}', '{a, b}', '{a if b else c}', '{lambda x: 1}',
    '{(lambda x: 1)}', '{x["a"]}', '{x\\n}', '\\n', '\\N{DIGIT ONE}', '\\N{no}', '\\N', '\\x4', '\\{x}', '\\d', '#', '{#}', '{x#}',
    '{a b}', '{a[}', '{a(}', '{(a]}', '{a)}', '{yield}', '{await x}', '{x:=5}', '{(x:=5)}', '{x!=y}', '{x==y}', '{x<=y}', '{f"{y}"}',
    "{f'{y}'}", '{f"{a b}"}', '{"a" "b"}', '{1}', '{1_}', '{0777}', '{x.y}', '{None}', '{...}', '{not}', '{for}', '{x for x in y}',
    '{[x for x in y]}', '{{x}}', '{ {1} }', '{x,}', '{*x,}', '{**x}', '{;}', '{a;b}', '{a=1}', '{$}', '{?}', '{é}', '{€}', 'é', ' ',
    '\n', '{\n', '\n}', '{x\n}', '{\nx}', 'text', '"', "'", '\t', '{x!r }', '{x !r}', '{x! r}', '{x:!r}', '{x:}}', '{x:{{}}}',
    '{x:{y:{z}}}', '{x:{y:{z:{w}}}}', '{1if x else y}', '{0x}', '{print x}', '{x=!z}', '{x=:d}', '{(x}', '{[x}', '{x]}']
SCOPE_LINES = [
    'global x', 'nonlocal x', 'global y, x', 'nonlocal y', 'x = 1', 'y = x', 'x: int', 'x: int = 1', '(x): int = 1', 'del x', 'import x',
    'import x.y as y', 'from x import y', 'from x import *', 'for x in y: pass', 'with y as x: pass', 'x += 1', 'print(x)',
    '[x for x in y]', '[y := x for x in z]', '[x := 1 for x in z]', '[1 for x in (y := z)]', '(x := 1)', '{x: y for x, y in z if x}',
    'lambda x: y', 'lambda x, x: 1', 'lambda: (yield x)', 'yield x', 'yield', 'yield from x', 'await x', 'return', 'return x', 'return 1',
    'async for x in y: pass', 'async with x: pass', '[x async for x in y]', '(x async for x in y)', '[await x for y in z]', 'break', 'continue',
    '__class__', 'super().x', 'x = __debug__', '__debug__ = 1', 'def __debug__(): pass', '__x = 1', 'self.__x', 'def f(__x): __x',
    'import __x.y', 'global __x', 'class __x: pass', 'try: pass\nexcept x as y: pass', 'try: pass\nexcept* x: break', 'match x:\n case y: pass',
    'match x:\n case [x, *x]: pass', 'from __future__ import annotations', 'from __future__ import braces', 'from __future__ import nope',
    'x: (yield)', 'x: (y := 1)', 'x: await y', '"doc"', 'pass', 'assert (x, "y")', 'x is 1', '"a" is not x', '1()', '"a"["b"]', '(1)(2)', '[1]("x")', '()[1, 2]',
    '1[2]', 'f"{x}"()', 'x = yield', 'x[__debug__:] = 1', 'x.__debug__ = 1', 'f(__debug__=1)', 'f(**x, y=1)', 'f(x=1, x=2)',
    'while 1: x', 'while 0: x', 'if __debug__: x', 'assert 0', 'assert x, y', 'raise x from y', 'print x', '*x, = y', '*x, *y = z', 'x, *y, z = 1', '*x = y']
SCOPE_HEADS = ['def f():', 'def x(x):', 'def f(x, y=x, *, z):', 'async def f(x):', 'class C:', 'class x(y):', 'class C(metaclass=x):', 'if x:', 'while x:', 'for x in y:', 'with x:',
               'try:', 'def f(x: y) -> x:', 'def __f(__x):', 'async with x:', 'async for x in y:', 'else:', 'finally:', 'except x:', 'except:', 'except* x:',
               'match x:', 'case x:', 'def f(x, x):', 'def f(*, **k):', 'def f(x=1, y):', 'def f(__debug__):', 'class __C:', '@x\ndef f():']


def mutate(rnd, tokens):
    for _ in range(rnd.choice([1, 1, 1, 2, 3])):
        if not tokens:
            break
        i = rnd.randrange(len(tokens))
        kind = rnd.randrange(9)
        if kind == 0:
            del tokens[i]
        elif kind == 1:
            tokens.insert(i, tokens[i])
        elif kind == 2:
            j = rnd.randrange(len(tokens))
            tokens[i], tokens[j] = tokens[j], tokens[i]
        elif kind == 3:
            tokens[i] = rnd.choice(PIECES)
        elif kind == 4:
            tokens.insert(i, rnd.choice(PIECES))
        elif kind == 5:
            tokens.insert(i, ' ' + rnd.choice(PIECES) + ' ')
        elif kind == 6:
            j = rnd.randrange(len(tokens[i]) or 1)
            tokens[i] = tokens[i][:j] + tokens[i][j + 1:]
        elif kind == 7:
            lines = [n for n, t in enumerate(tokens) if t.startswith('\n')]
            if lines:
                n = rnd.choice(lines)
                tokens[n] = rnd.choice(['\n', '\n' + ' ' * rnd.randrange(9), '\n\t', tokens[n] + ' ', tokens[n][:-1] or '\n'])
        else:
            marks = [n for n, t in enumerate(tokens) if t in '()[]{}:,']
            if marks:
                tokens[rnd.choice(marks)] = rnd.choice(['', '(', ')', '[', ']', '{', '}', ':', ',', '='])
    return ''.join(tokens)


class Library:
    """The lines of the reference's library files, which both interpreters have."""

    def __init__(self):
        root = os.path.dirname(os.__file__)
        self.paths = []
        for folder, _, names in os.walk(root):
            if 'site-packages' not in folder:
                self.paths += [os.path.join(folder, name) for name in names if name.endswith('.py')]
        self.paths.sort()
        self.files = {}

    def lines(self, path):
        if path not in self.files:
            with open(path, 'rb') as file:
                data = file.read()
            try:
                lines = [] if b'\0' in data else data.decode('utf-8').splitlines(True)
            except UnicodeDecodeError:
                lines = []
            self.files[path] = lines, [i for i, line in enumerate(lines) if line[:1] not in ' \t\n#)]}\'"']
        return self.files[path]

    def piece(self, rnd, sizes=(3, 8, 20, 50), path=None):
        while True:
            lines, starts = self.lines(path or rnd.choice(self.paths))
            if starts:
                start = rnd.choice(starts)
                return ''.join(lines[start:start + rnd.choice(sizes)])

    def line(self, rnd):
        while True:
            lines, _ = self.lines(rnd.choice(self.paths))
            if lines and (line := rnd.choice(lines).strip()) and line[0] != '#':
                return line


class Subject:
    def __init__(self, source, mode='exec', flags=0, version=-1):
        self.source, self.mode, self.flags, self.version = source, mode, flags, version


# ---- The kinds: each makes a Subject of a source of random numbers and the library.

def make_library(rnd, library):
    source = mutate(rnd, TOKEN.findall(library.piece(rnd)))
    return Subject(source, flags=ast.PyCF_TYPE_COMMENTS if rnd.randrange(4) == 0 else 0)


def make_bytes(rnd, library):
    source = library.piece(rnd, (1, 3, 8))
    if rnd.randrange(3) == 0:
        source = mutate(rnd, TOKEN.findall(source))
    data = source.encode('utf-8', 'surrogatepass')
    for _ in range(rnd.choice([0, 1, 1, 2, 4])):
        i = rnd.randrange(len(data) + 1)
        kind = rnd.randrange(5)
        if kind < 3:
            data = data[:i] + rnd.choice(BYTES) + data[i + rnd.randrange(2):]
        elif kind == 3:
            data = data.replace(b'\n', rnd.choice([b'\r', b'\r\n', b'\n\r']))
        else:
            data = data.rstrip() + rnd.choice([b'', b'\\', b'\n\\\n', b'\n ', b'\r', b'\n#', b'\n\f', b'\n    #'])
    cookie = rnd.choice(['# coding: ', '#coding=', '# -*- coding: ', '# vim: set fileencoding=', '\f# coding: ', 'x # coding: ', '# coding '])
    for line in range(rnd.randrange(3)):
        data = rnd.choice([(cookie + rnd.choice(ENCODINGS) + '\n').encode(), b'#!x\n', b'\n', b'\f\n', b'x=1\n']) + data
    if rnd.randrange(6) == 0:
        data = b'\xef\xbb\xbf' + data
    return Subject(data, rnd.choice(['exec', 'exec', 'exec', 'eval', 'single']))


def make_fragment(rnd, library):
    source = library.line(rnd)
    if rnd.randrange(4):
        source = mutate(rnd, TOKEN.findall(source))
    source += rnd.choice(['', '', '\n', '\n\n', ' ', ';', '\\', ' # c', '\n# c', '\n  ', '\n x', '\nx', ':', ':\n', ':\n  pass', ': pass'])
    mode = rnd.choice(['eval', 'eval', 'single', 'single', 'single', 'func_type', 'exec'])
    if mode == 'func_type':
        source = f"({source}) -> {library.line(rnd)}" if rnd.randrange(2) else source
        return Subject(source, mode, ast.PyCF_ONLY_AST)
    return Subject(source, mode, rnd.choice([0, 0, 0x200, 0x4000, 0x4200, 0x2000, ast.PyCF_TYPE_COMMENTS]))


def make_fstring(rnd, library):
    quote = rnd.choice(['"', "'", '"""', "'''"])
    parts = [rnd.choice(['f', 'f', 'f', 'rf', 'F', 'fr', 'b', 'u', '']) + quote +
             ''.join(rnd.choice(FIELD_PIECES) for _ in range(rnd.choice([1, 1, 2, 3]))) + rnd.choice([quote] * 8 + ['', '"'])
             for _ in range(rnd.choice([1, 1, 1, 2]))]
    before = rnd.choice(['', '', 'x = ', 'x = (', 'def f():\n    return ', 'print(x, ', 'é = ', '\n\nx = [', '  ', 'assert x, '])
    return Subject(before + rnd.choice(['', ' ', '\n']).join(parts) + rnd.choice(['', ')', '\n', ')\n', ']']),
                   rnd.choice(['exec', 'exec', 'eval', 'single']))


def make_match(rnd, library):
    path = os.path.join(os.path.dirname(os.__file__), 'test', 'test_patma.py')
    lines, _ = library.lines(path)
    starts = [i for i, line in enumerate(lines) if line.lstrip().startswith('match ')] or [0]
    start = rnd.choice(starts)
    indent = len(lines[start]) - len(lines[start].lstrip())
    piece = ''.join(line[indent:] if line[:indent].isspace() or not indent else '\n'
                    for line in lines[start:start + rnd.choice([3, 5, 8])])
    return Subject(mutate(rnd, TOKEN.findall(piece)))


def make_version(rnd, library):
    source = library.piece(rnd, (3, 8, 20))
    if rnd.randrange(2):
        source = mutate(rnd, TOKEN.findall(source))
    return Subject(source, flags=ast.PyCF_ONLY_AST | rnd.choice([0, ast.PyCF_TYPE_COMMENTS]), version=rnd.randrange(3, 12))


def make_scopes(rnd, library):
    lines = []
    depth = 0
    for _ in range(rnd.choice([2, 4, 6, 10])):
        if rnd.randrange(3) == 0 and depth < 5:
            lines += ['  ' * depth + line for line in rnd.choice(SCOPE_HEADS).split('\n')]
            depth += 1
        else:
            lines += ['  ' * depth + line for line in rnd.choice(SCOPE_LINES).split('\n')]
            if rnd.randrange(3) == 0 and depth:
                depth -= 1
    if lines[-1].endswith(':'):
        lines.append('  ' * depth + 'pass')
    return Subject('\n'.join(lines) + '\n', rnd.choice(['exec'] * 6 + ['single']), rnd.choice([0, 0, 0, 0x2000, 0x1000000]))


def make_embedded(rnd, library):
    tokens = TOKEN.findall(library.piece(rnd))
    while not embedded.embed(rnd, tokens):
        tokens = TOKEN.findall(library.piece(rnd))
    source = ''.join(tokens)
    if rnd.randrange(3) == 0:
        lines = ['  ' + line for line in source.splitlines(True)]
        source = rnd.choice(['def f():\n', 'async def f():\n', 'class C:\n', 'if x:\n']) + ''.join(lines)
    return Subject(source, flags=rnd.choice([0, 0, 0, 0x1000000]))


KINDS = {'library': make_library, 'bytes': make_bytes, 'fragment': make_fragment, 'fstring': make_fstring,
         'match': make_match, 'version': make_version, 'scopes': make_scopes,
         'embedded': make_embedded}


def make(seed, kind, index, library):
    return KINDS[kind](random.Random(f'{seed} {kind} {index}'), library)


def outcome(subject):
    """[class and fields of the error, or lengths and checksums of tree and code; warnings in their order]."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        try:
            tree = compile(subject.source, '<source>', subject.mode, subject.flags | ast.PyCF_ONLY_AST, True,
                           _feature_version=subject.version)
            results = [ast.dump(tree, include_attributes=True).encode('utf-8', 'surrogatepass')]
            if not subject.flags & ast.PyCF_ONLY_AST:
                caught.clear()
                results.append(marshal.dumps(compile(subject.source, '<source>', subject.mode, subject.flags, True), 2))
            result = [[len(data), binascii.crc32(data)] for data in results]
        except SyntaxError as e:
            result = [type(e).__name__, repr(e.args), e.msg, e.filename, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text,
                      repr(e.print_file_and_line)]
        except (ValueError, MemoryError, RecursionError, OverflowError, LookupError, SystemError) as e:
            result = [type(e).__name__, str(e)]
    return [result, [[w.category.__name__, str(w.message), w.filename, w.lineno] for w in caught]]


def main():
    command, seed, *ranges = sys.argv[1:]
    library = Library()
    if command == 'show':
        kind, index = ranges[0].split(':')
        subject = make(seed, kind, int(index), library)
        print(f'mode {subject.mode}, flags {subject.flags:#x}, feature version {subject.version}')
        print(repr(subject.source))
        return
    for part in ranges:
        kind, first, count = part.split(':')
        for index in range(int(first), int(first) + int(count)):
            print(json.dumps([kind, index, outcome(make(seed, kind, index, library))]), flush=True)


if __name__ == '__main__':
    main()
