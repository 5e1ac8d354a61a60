"""Makes the seeds and dictionaries of the fuzzers from what the reference's library holds: nothing of it is checked in.

usage: seeds.py TARGET FOLDER DICTIONARY
"""

import ast
import glob
import hashlib
import importlib.util
import io
import json
import keyword
import marshal
import os
import random
import re._compiler
import re._parser
import sys
import token
import types
import warnings

LIBRARY = '/usr/lib/python3.11'
MOST = 600  # seeds
HERE = os.path.dirname(os.path.abspath(__file__))


def library_files():
    files = sorted(glob.glob(f'{LIBRARY}/*.py') + glob.glob(f'{LIBRARY}/*/*.py'))
    files += sorted(glob.glob(os.path.join(HERE, '../programs/**/*.py'), recursive=True))
    random.Random(1).shuffle(files)
    return files


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def pieces(count, longest=1500):
    """Statements of library files, as bytes; test files of the grammar first."""
    found = 0
    first = [f'{LIBRARY}/test/{n}.py' for n in ('test_grammar', 'test_patma', 'test_fstring', 'test_syntax', 'test_named_expressions',
                                                'test_unpack_ex', 'test_generators', 'test_coroutines', 'test_positional_only_arg')]
    for path in [f for f in first if os.path.exists(f)] + library_files():
        try:
            tree = ast.parse(read(path))
        except (SyntaxError, ValueError):
            yield read(path)[:longest]
            continue
        lines = read(path).splitlines(keepends=True)
        picked = [s for s in ast.walk(tree) if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Match, ast.With, ast.Try))]
        for statement in picked[:40]:
            text = lines[statement.lineno - 1:statement.end_lineno]
            text = b''.join(line[statement.col_offset:] if line.startswith(b' ' * statement.col_offset) else line for line in text)
            if 10 < len(text) <= longest:
                yield text
                found += 1
                if found >= count:
                    return


def source_seeds(flag_bytes):
    r = random.Random(2)
    for text in pieces(MOST):
        flags = [0, 4 << 2][r.random() < 0.3] | r.choice((0, 0, 0, 1, 16, 32, 128))
        yield bytes([flags] + [0] * (flag_bytes - 1)) + text
    for text in (b'x + 1', b'[a for b in c if d]', b'lambda *a, b=1, **c: (yield)', b'f"{a!r:{w}.{p}}"', b'{**a, "b": 1}', b'a if b else c'):
        yield bytes([2] + [0] * (flag_bytes - 1)) + text  # eval
        yield bytes([1] + [0] * (flag_bytes - 1)) + text  # single
    for text in (b'(int, str) -> bool', b'(*a, **b) -> c'):
        yield bytes([3] + [0] * (flag_bytes - 1)) + text  # func_type
    for text in (b'# -*- coding: latin-1 -*-\nx = "\xe4"\n', b'\xef\xbb\xbfx = 1\n', b'# coding: utf-8\nx = "\xff"\n', b'x = (1,\n', b'\tif x:\n        y\n',
                 b'x = """\n', b'x = \\\n', b'0777', b'1_000.5e-1_0j', b'0x_ff', b'"\\N{DIGIT ONE}\\u1234"', b'b"\\x4"', b'x = 1 # type: int\n'):
        yield bytes(flag_bytes) + text


def code_objects():
    for path in library_files():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                stack = [compile(read(path), path, 'exec')]
        except (SyntaxError, ValueError):
            continue
        while stack:
            code = stack.pop()
            yield code
            stack += [c for c in code.co_consts if isinstance(c, types.CodeType)]


def marshal_seeds():
    values = [None, True, False, ..., StopIteration, 0, -1, 1 << 31, -(1 << 100), 1.5, float('nan'), 1j, 'a', 'a' * 300, '\xe4', '\u20ac', '\ud800', b'', b'x' * 300,
              (), (1, 2), tuple(range(300)), [1, [2]], {1: 2, 'a': [()]}, {1, 2}, frozenset({'a', 'b'}), ['same', 'same'], (1.5, 'x', b'y', None)]
    for value in values:
        for version in range(5):
            yield marshal.dumps(value, version)
    count = 0
    for code in code_objects():
        data = marshal.dumps(code)
        if len(data) < 1200:
            yield data
            count += 1
            if count > 600:
                return


def pyc_seeds():
    for i, data in enumerate(marshal_seeds()):
        flags = (0, 0, 1, 3)[i % 4]
        yield importlib.util.MAGIC_NUMBER + flags.to_bytes(4, 'little') + b'12345678' + data


def patterns():
    """(pattern, flags, subject)."""
    if os.path.exists(f'{LIBRARY}/test/re_tests.py'):
        space = {}
        exec(compile(read(f'{LIBRARY}/test/re_tests.py'), 're_tests', 'exec'), space)
        for t in space['tests']:
            if isinstance(t[0], str):
                yield t[0], 0, t[1] if isinstance(t[1], str) else ''
    for path in library_files():
        try:
            tree = ast.parse(read(path))
        except (SyntaxError, ValueError):
            continue
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and getattr(call.func.value, 'id', '') == 're' and \
                    call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
                yield call.args[0].value, 0, 'a1 b2-c3'
    for p in (r'(?i)stra\xdfe', r'(?>a+)b', r'a++b', r'(?P<n>x)(?P=n)', r'(?(1)a|b)', r'(?<=ab)c', r'(?<!x)y', r'(?#c)a', r'\A\b\B\d\D\s\S\w\W\Z', r'[^\d\s-]',
              r'(?x) a # c', r'(?a:\w)', r'(?-i:a)', r'[[:alpha:]]', r'\N{DIGIT ONE}', r'(a)?(?(1)b|c)', r'x{2,3}?y{,2}z{4}'):
        yield p, 0, 'ab'


def re_seeds():
    for pattern, flags, subject in patterns():
        if len(pattern) <= 80:
            yield flags.to_bytes(2, 'little') + pattern.encode() + b'\0' + subject.encode('utf-8', 'replace')[:16]


def sre_seeds():
    for pattern, flags, subject in patterns():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                tree = re._parser.parse(pattern, flags)
                code = re._compiler._code(tree, flags)
        except (re.error, RecursionError, OverflowError):
            continue
        groups = tree.state.groups - 1
        if groups > 7 or len(code) > 200:
            continue
        subject = subject.encode('latin-1', 'replace')[:9]
        words = b''.join(bytes([w]) if w < 255 else b'\xff' + w.to_bytes(4, 'little') for w in map(int, code))
        yield bytes([tree.state.flags & 0x7f, groups, len(subject)]) + subject + words


def struct_seeds():
    for order in ('', '@', '=', '<', '>', '!'):
        for letter in 'xcbB?hHiIlLqQnNefdspP':
            for count in ('', '3', '0'):
                yield f'{order}{count}{letter}'.encode() + b'\0' + bytes(range(40))
    for form in (' 3s i 2x h', '<10s2H', 'bhilq', '0s0p', '100p', 'Pn', '3?e', 'd f', '2i3x4h0i', '999999x', '1000000000x', '99999999999999999999i'):
        yield form.encode() + b'\0' + bytes(range(200, 256))


def number_seeds():
    texts = ['0', '-0', '+1', '1_000', '0x1F', '0b101', '0o17', ' 12\n', '1e400', '-1e-400', '1.5', '.5', '5.', 'nan', '-inf', 'infinity', '1e5_0', '1j', '-1.5+2j', '(1+2j)',
             '0x1.8p3', '0x.8p-1074', '9' * 400, '1' + '0' * 300, '٣', '１２', '1.7976931348623157e308', '4.9e-324', '2.2250738585072011e-308', 'nanj', '0_0', '1__0', 'zz', '-0x_f']
    for text in texts:
        for base in (0, 2, 10, 16, 36):
            yield bytes([base]) + text.encode()


def json_seeds():
    values = [None, True, 1.5, -3, 'text', '\u20ac\U0001f40d"\\/\b\n', [], {}, [1, [2, {'a': 'b'}]], {'k': [1e300, -0.0]}, ['x' * 100], [[[[[]]]]]]
    for value in values:
        yield json.dumps(value).encode()
        yield json.dumps(value, ensure_ascii=False, indent=1).encode()
    for text in ('NaN', '-Infinity', '[1,]', '{"a":1,}', '{"a" 1}', '"\\ud800\\udc00"', '"\\ud800"', '"\\u12"', '"\x01"', '01', '1e', '-', '1.', '[', '{"a":', '\ufeff[]', '"\\x"'):
        yield text.encode()


def format_seeds():
    for spec in ('', 'd', '>10', '^+#020,.5f', '<_x', '=+8', 'e', 'g', '%', 'n', 'c', 's', '.3', '010', 'z.1f', '\u20ac^9', '{}', '{0}{1!r:>{3}}', '{key.attribute[1][key]}', '{a[0]:{a[1]}}',
                 '{{}}', '%s', '%(key)s', '%-10.3d|%+x|%#o', '%5.2f%%', '%c%r%a', '%*.*f', '%(a)d', '%i%u%e%G', '{!s:^5}', '{0.real}', '%(', '{', '}', '{0[', '{:{:{}}}'):
        yield spec.encode()


def python_words():
    yield from keyword.kwlist + keyword.softkwlist
    yield from token.EXACT_TOKEN_TYPES
    yield from ('\n', '\n    ', '\\\n', '"""', "'''", 'f"', 'rb"', '{x!r:>{y}}', '# type: ignore', '0x', '0b1', '1_0', '1e5', '1j', '__debug__', '__class__', 'super()', '\\N{', '\\u1234',
                '# coding: latin-1', 'from __future__ import annotations', 'except*', 'async def f():', 'print', '...', '\f', '\t')


WORDS = {
    'tokenizer': python_words, 'parser': python_words, 'compiler': python_words,
    're': lambda: ['(?:', '(?P<n>', '(?P=n)', '(?=', '(?!', '(?<=', '(?<!', '(?>', '(?i)', '(?x)', '(?a:', '(?(1)', '\\d', '\\W', '\\b', '\\Z', '[^', '{2,3}', '{,2}', '*?', '++', '\\1', '\\N{DIGIT ONE}', '\0'],
    'json': lambda: ['true', 'false', 'null', 'NaN', '-Infinity', '\\u', '\\ud800\\udc00', '{"', '":', '[]', '1e5'],
    'format': lambda: ['{}', '{0}', '{key}', '!r', ':>', '.2f', '%s', '%(key)s', '%*d', '{a[0]}', '{key.attribute}', '{{', 'z'],
    'number': lambda: ['0x', '0b', '_', 'e', 'inf', 'nan', 'j', 'p-', '.'],
    'struct': lambda: ['<', '>', '@', '9s', 'x', 'P', '?', 'e'],
    'pyc': lambda: ['\xa7\r\r\n'],
}

SEEDS = {
    'tokenizer': lambda: source_seeds(1), 'parser': lambda: source_seeds(2), 'compiler': lambda: source_seeds(2), 'marshal': marshal_seeds, 'pyc': pyc_seeds,
    're': re_seeds, 'sre': sre_seeds, 'struct': struct_seeds, 'number': number_seeds, 'json': json_seeds, 'format': format_seeds,
}


def main():
    target, folder, dictionary = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for _, data in zip(range(MOST), SEEDS[target]()):
        with open(os.path.join(folder, hashlib.sha1(data).hexdigest()[:16]), 'wb') as file:
            file.write(data)
    with io.StringIO() as text:
        for word in WORDS.get(target, lambda: ())():
            data = word.encode('latin-1', 'replace')
            text.write('"' + ''.join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f'\\x{b:02x}' for b in data) + '"\n')
        with open(dictionary, 'w') as file:
            file.write(text.getvalue())


main()
