"""What an interpreter's front end makes of sources: one line of JSON each, to be compared between interpreters.

    outcomes.py trees FILE...          the digest of ast.dump(include_attributes=True), or the error
    outcomes.py mutants SEED COUNT     the same for seeded mutants of the standard library's files

A mutant is a piece of a library file with tokens deleted, doubled, swapped or replaced, brackets and quotes broken, or
indentation changed. The same seed makes the same mutants everywhere.
"""

import ast
import binascii
import json
import os
import random
import re
import sys
import warnings

TOKEN = re.compile(
    r'''[A-Za-z_]\w*|\d[\w.]*|"""(?:.|\n)*?"""|\'\'\'(?:.|\n)*?\'\'\'|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|'''
    r'''#[^\n]*|\n[ \t]*|[ \t]+|\*\*=?|//=?|>>=?|<<=?|->|:=|\.\.\.|[-+*/%&|^=<>!@]=|.''')
PIECES = (
    '( ) [ ] { } : ; , = == + - * ** / // % @ & | ^ ~ < > <= >= != <> := ... . -> += **= ! $ ? \\ if else elif for in not is '
    'and or lambda yield await async def class return import from as with try except finally while break continue pass '
    'del global nonlocal assert raise match case _ print exec None True False x 1 0777 1_ 1e 0x 0b2 1j é € #c').split() + [
        "'a'", "b'a'", "u'a'", "f'{x}'", "f'{a b}'", "f'{x!z}'", "f'{'", "'\\N{no}'", "'\\x1'", "'\\d'", "'", '"', "'''", '"""',
        '\n', '\n  ', '\n    ', '\t', '\f', '# type: int', '# type: ignore']


def outcome(source, name='<source>', type_comments=False):
    flags = ast.PyCF_ONLY_AST | (ast.PyCF_TYPE_COMMENTS if type_comments else 0)
    try:
        tree = compile(source, name, 'exec', flags)
        dump = ast.dump(tree, include_attributes=True)
    except SyntaxError as e:
        return [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text]
    except (ValueError, MemoryError, RecursionError) as e:
        return [type(e).__name__, str(e)]
    return [len(dump), binascii.crc32(dump.encode('utf-8', 'surrogatepass'))]


def mutate(rnd, source):
    tokens = TOKEN.findall(source)
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


def library_files():
    root = os.path.dirname(os.__file__)
    found = []
    for folder, _, names in os.walk(root):
        if 'site-packages' not in folder:
            found += [os.path.join(folder, n) for n in names if n.endswith('.py')]
    return sorted(found)


def mutants(seed, count):
    rnd = random.Random(seed)
    files = library_files()
    while count:
        with open(rnd.choice(files), 'rb') as f:
            data = f.read()
        try:
            lines = data.decode('utf-8').splitlines(True)
        except UnicodeDecodeError:
            continue
        starts = [i for i, line in enumerate(lines) if line[:1] not in ' \t\n#)]}\'"']
        if b'\0' in data or not starts:
            continue
        start = rnd.choice(starts)
        yield mutate(rnd, ''.join(lines[start:start + rnd.choice([3, 8, 20, 50])]))
        count -= 1


def main():
    warnings.simplefilter('ignore')
    if sys.argv[1] == 'trees':
        for path in sys.argv[2:]:
            with open(path, 'rb') as f:
                print(json.dumps([path, outcome(f.read(), path)]))
    else:
        for i, source in enumerate(mutants(int(sys.argv[2]), int(sys.argv[3]))):
            print(json.dumps([source, outcome(source, type_comments=i % 4 == 0)]))


if __name__ == '__main__':
    main()
