"""Lets allocations fail, one after another, in small programs: each must end regularly, with a MemoryError, or with
minipy's message that memory is exhausted, and never crash.

usage: nomemory.py INTERPRETER [--step N] [--program NAME] [--all-after]

The N-th allocation that a program makes fails (with --all-after: all from the N-th on), for N = 0, STEP, 2 STEP...
until the program makes no more than N.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

PROGRAMS = {
    'containers': '''
a = [i * 'x' for i in range(50)]
b = {i: a for i in range(50)}
c = {str(i) for i in range(50)}
d = tuple(a) + tuple(b)
a.extend(range(100)); a.sort(key=str); a[3:5] = a; a.insert(0, 1)
b.update({1: 2}); b.setdefault('k', []); b | {3: 4}; list(b.items()); dict(b); b.copy()
c.update('abc'); c | {1}; c ^ {2}; frozenset(c); c.add(3)
[*a, *b, *c]; {**b}; a * 3; d[1:]; repr(a); repr(b); str(c)
''',
    'strings': '''
s = 'text' * 100
t = s + '\\u20ac'
s.split('e'); t.replace('t', 'longer'); ','.join(s); t.encode(); t.upper(); '%s %d %r' % (s, 5, t); f'{s!r:>500}'
'{} {x}'.format(1, x=2); b'x' * 50 + b'y'; bytes(range(50)).hex(); bytearray(b'abc').extend(b'x' * 99); s.translate({116: 'u'})
int('9' * 500); str(10 ** 300); float('1.5'); 2 ** 1000 * 3 ** 500; hash(t); s.partition('x'); 'a\\tb'.expandtabs(); repr(t); ascii(t)
''',
    'classes': '''
class A:
    x = 1
    def __init__(self, v=None): self.v = v
    def __repr__(self): return f'A({self.v})'
    @property
    def p(self): return self.v
    def __eq__(self, o): return self.v == o.v
    def __hash__(self): return hash(self.v)
class B(A):
    __slots__ = 'q',
    def m(self): return super().p
b = B(3); b.q = 5; b.z = 6; b.m(); repr(b); b == A(3); {b: 1}; vars(b); type('C', (B,), {'y': 1})().y
class M(type):
    def __new__(m, n, b, d): return super().__new__(m, n, b, d)
class D(metaclass=M): pass
dir(b); getattr(b, 'zz', None); setattr(b, 'k' * 10, 1); b.__dict__; isinstance(b, A); B.__mro__; A.__subclasses__()
''',
    'functions': '''
def f(a, b=2, *c, d=4, **e): return locals()
f(1, 2, 3, 4, d=5, x=6); f(*range(5), **{'y': 1}); (lambda: f)()
def g():
    x = yield 1
    yield from range(3)
list(g()); next(g()); sum(i for i in range(10)); [j for i in range(3) for j in range(i)]
def h(n): return h(n - 1) if n else 0
h(50)
async def co(): return 1
try: co().send(None)
except StopIteration: pass
import functools
functools.partial(f, 1)(2); functools.lru_cache(f)(1); sorted(range(10), key=lambda x: -x); list(map(str, range(5))); list(zip(range(3), 'abc')); max(range(5), key=str)
''',
    'exceptions': '''
def f():
    try: 1 / 0
    except ZeroDivisionError as e: raise ValueError('inner') from e
try: f()
except ValueError as e: x = e.__cause__, str(e), repr(e), e.__traceback__
try: [][1]
except IndexError: pass
try: {}['k']
except KeyError as e: repr(e)
try: None.x
except AttributeError: pass
try: undefined
except NameError: pass
try: int('x')
except ValueError: pass
try: raise ExceptionGroup('g', [ValueError(1), KeyError(2)])
except* ValueError: pass
except* KeyError: pass
with open('/dev/null') as file: file.read()
try: open('/nonexistent')
except OSError as e: str(e)
''',
    'compile': '''
code = compile("""
import sys
class A:
    def f(self, x: int, *y, z=1, **w) -> str:
        try:
            with x as q, y: return [i for i in y if i] + [f'{x!r:>{z}}']
        except (ValueError, TypeError) as e: raise
        finally: print(lambda: x)
match A:
    case {'a': [1, *b], **c}: pass
    case A(x=1) | B(): pass
async def g(): await (yield)
""", 'f', 'exec')
import marshal
marshal.loads(marshal.dumps(code)) == code
compile('x = 1', 'f', 'single'); eval('1 + 2'); exec('y = 5')
for bad in ('x =', '(', 'if x:', '"', 'def f(a, a): pass', 'x = 08', 'return'):
    try: compile(bad, 'f', 'exec')
    except SyntaxError as e: str(e)
import _ast
compile('a + b * c[d:e]', 'f', 'eval', 1024)
''',
    'modules': '''
import re, json, struct, collections, itertools, os
re.compile('(a|b)*c(?P<n>d)').sub('x', 'abcd' * 5)
json.loads(json.dumps({'a': [1, 2.5, None, 'x']}))
struct.pack('<3i4s', 1, 2, 3, b'ab')
collections.deque(range(20), 5).append(1); collections.OrderedDict(a=1).move_to_end('a'); collections.defaultdict(list)[1].append(2); collections.Counter('hello')
list(itertools.permutations(range(3))); list(itertools.product('ab', repeat=2)); list(itertools.chain([1], [2])); [list(g) for k, g in itertools.groupby('aabb')]
os.listdir('/'); os.path.join('a', 'b'); collections.namedtuple('N', 'a b')(1, 2)
import io
io.StringIO('a\\nb').readlines(); io.BytesIO(b'x').read(); io.TextIOWrapper(io.BytesIO()).write('y')
import weakref, gc
class W: pass
w = W(); r = weakref.ref(w, lambda r: None); weakref.proxy(w); weakref.WeakValueDictionary(a=w); del w
a = []; a.append(a); del a; gc.collect()
memoryview(b'abc')[1:].tolist(); bytearray(5)[1:3]; print('done')
''',
}


def run(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)


def acceptable(process):
    errors = process.stderr.decode('utf-8', 'replace')
    if 'Sanitizer' in errors or 'runtime error:' in errors:
        return False
    if process.returncode in (0, 1, 120):
        return True
    # Where the compiler's arena cannot grow the process ends, and says so.
    return 'minipy: fatal: ' in errors and 'MemoryError' in errors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('interpreter')
    parser.add_argument('--step', type=int, default=1)
    parser.add_argument('--first', type=int, default=0)
    parser.add_argument('--most', type=int, default=10**9, help='stop after so many failures to allocate')
    parser.add_argument('--program', choices=PROGRAMS)
    parser.add_argument('--all-after', action='store_true')
    options = parser.parse_args()
    bad = total = 0
    for name, source in PROGRAMS.items():
        if options.program not in (None, name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, name + '.py')
            with open(path, 'w') as file:
                file.write(source)
            counted = run([options.interpreter, '-I', '-S', '-X', 'minipy.nomemory', path])
            count = int(re.search(rb'minipy: (\d+) allocations', counted.stderr)[1])
            seen = {}
            fatal = 0
            numbers = range(options.first, count, max(options.step, count // options.most))
            for n in numbers:
                last = 1 << 60 if options.all_after else n + 1
                process = run([options.interpreter, '-I', '-S', '-X', f'minipy.nomemory={n}:{last}', path])
                total += 1
                if acceptable(process):
                    fatal += process.returncode not in (0, 1, 120)
                    continue
                bad += 1
                tail = process.stderr.decode('utf-8', 'replace')[-1500:]
                key = (process.returncode, tail[-100:])
                seen.setdefault(key, []).append(n)
                if len(seen[key]) == 1:
                    print(f'{name}: allocation {n} of {count}: status {process.returncode}\n{tail}', flush=True)
            print(f'{name}: {len(numbers)} of {count} allocations failed, {sum(map(len, seen.values()))} times badly, '
                  f'{fatal} times the process ended with a message'
                  + ''.join(f'\n  {key[0]} at {at[:20]}' for key, at in seen.items()), flush=True)
    return 1 if bad or not total else 0


sys.exit(main())
