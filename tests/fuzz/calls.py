"""Random calls of everything built in, with hostile arguments, on minipy and on the reference: nothing may crash, and
results (types and texts) and exceptions (types and messages) are compared.

usage: calls.py INTERPRETER [--seed N] [--programs N] [--calls N] [--reference PYTHON] [--only TEXT]

A program is made from its seed; --seed N --programs 1 makes the same again, --show prints it.
"""

import argparse
import ast
import collections
import os
import random
import re
import resource
import signal
import subprocess
import sys

PRELUDE = r'''
import sys, re, types, collections, itertools, functools, operator, math, struct, io, weakref, binascii, array, _bisect, _heapq, json
import unicodedata, copy, string, cmath
sys.setrecursionlimit(500)
class Evil(Exception): pass
box = []
class Raises:
    """Every special method raises."""
def raiser(name):
    def method(self, *args): raise Evil(name)
    return method
for name in ('__eq__ __lt__ __le__ __gt__ __ge__ __ne__ __hash__ __index__ __int__ __float__ __complex__ __len__ __iter__ __next__ __bool__ __contains__ __getitem__ '
             '__setitem__ __delitem__ __call__ __add__ __radd__ __sub__ __mul__ __rmul__ __neg__ __abs__ __length_hint__ __reversed__ __format__ __str__ __bytes__ '
             '__enter__ __exit__ __get__ __set__ __missing__ __round__ __trunc__ __floor__ __ceil__ __divmod__ __mod__ __pow__ __instancecheck__ __fspath__').split():
    setattr(Raises, name, raiser(name))
class Mutates:
    """Special methods empty or fill the container at hand."""
    def __init__(self, value=1): self.value = value
    def mutate(self):
        for b in box[-3:]:
            try: b.clear()
            except Exception: pass
            try: b.extend([1, 2])
            except Exception: pass
    def __eq__(self, other): self.mutate(); return True
    def __lt__(self, other): self.mutate(); return True
    def __hash__(self): self.mutate(); return 1
    def __index__(self): self.mutate(); return self.value
    def __len__(self): self.mutate(); return 2
    def __iter__(self): self.mutate(); return iter([1, 2, 3])
    def __bool__(self): self.mutate(); return True
    def __getitem__(self, i):
        self.mutate()
        if isinstance(i, int) and i > 3: raise IndexError(i)
        return i
    def __repr__(self): self.mutate(); return 'Mutates()'
    def __call__(self, *a, **k): self.mutate(); return self.value
    def __add__(self, other): self.mutate(); return other
    def __del__(self): self.mutate()
class Wrong:
    """Special methods return what they must not."""
    def __index__(self): return 'index'
    def __int__(self): return 1.5
    def __float__(self): return 1
    def __complex__(self): return 1
    def __len__(self): return -1
    def __iter__(self): return 5
    def __next__(self): return self
    def __hash__(self): return 'hash'
    def __bool__(self): return 2
    def __repr__(self): return 5
    def __str__(self): return b'str'
    def __format__(self, spec): return 7
    def __bytes__(self): return 'bytes'
    def __eq__(self, other): return NotImplemented
    def __lt__(self, other): return NotImplemented
    def __length_hint__(self): return -5
    def __contains__(self, x): return 'yes'
    def __enter__(self): return self
    def __fspath__(self): return 1
    def __call__(self): return NotImplemented
    def __getattr__(self, name): return 1
    def __dir__(self): return 5
    def __sizeof__(self): return -1
    def __reduce_ex__(self, n): return 5
    def __round__(self, *a): return 'round'
    def __get__(self, *a): return self
    def __iadd__(self, o): return None
class Big:
    def __index__(self): return 1 << 70
    def __len__(self): return 1 << 70
    def __hash__(self): return 1 << 70
    def __length_hint__(self): return 1 << 62
    def __int__(self): return 1 << 70
    def __float__(self): return 1e308
    def __iter__(self): return iter(range(3))
class Index:
    def __init__(self, i): self.i = i
    def __index__(self): return self.i
class L(list): pass
class T(tuple): pass
class D(dict):
    def __missing__(self, key): return 'missing'
class S(str): pass
class I(int): pass
class F(float): pass
class B(bytes): pass
class ST(set): pass
class Counting:
    """An iterator that fails at last."""
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n < 0: raise Evil('end')
        return self.n
def gen(*items):
    for i in items: yield i
def boxed(b):
    box.append(b)
    del box[:-8]
    return b
class Slots:
    __slots__ = ('a', 'b')
class Full:
    def __init__(self): self.x = 1
class Meta(type):
    def __len__(cls): return 3
    def __getitem__(cls, i): return i
class WithMeta(metaclass=Meta): pass
address = re.compile('0x[0-9a-f]{6,}')
def text(value, limit=200):
    try: result = repr(value)
    except BaseException as e: result = f'<repr: {type(e).__name__} {str(e)[:80]}>'
    return address.sub('0x', result[:5000])[:limit]
def message(e):
    try: result = str(e)
    except BaseException as x: result = f'<str: {type(x).__name__}>'
    return address.sub('0x', result[:5000])[:300]
count = 0
def t(function):
    global count
    count += 1
    print(count, end=' ', flush=True)
    try: result = function()
    except RecursionError: print('RecursionError')
    except MemoryError: print('MemoryError')
    except BaseException as e: print(type(e).__name__, ascii(message(e)))
    else:
        if isinstance(result, types.GeneratorType) or (hasattr(type(result), '__next__') and not isinstance(result, (Raises, Wrong, Mutates))):
            try: result = (type(result).__name__, list(itertools.islice(result, 8)))
            except BaseException as e: result = (type(result).__name__, type(e).__name__, message(e))
        print(type(result).__name__, ascii(text(result)))
'''

# Expressions for values; each evaluation makes a new one.
VALUES = '''None; True; False; ...; NotImplemented; 0; 1; -1; 2; 3; 7; 255; 256; 1000; -1000; 1 << 31; -(1 << 31); (1 << 63) - 1; 1 << 63; -(1 << 63); 1 << 64; 1 << 70; 10 ** 25;
0.0; -0.0; 1.5; -2.5; 1e308; float('inf'); float('nan'); 5e-324; 1j; 0j; complex('nan'); ''; 'a'; 'abc'; 'x y'; '\\u20ac'; '\\U0001f40d'; '\\ud800'; 'A\\u0130\\xdf'; '%s'; '{}'; '\\0'; ' \\t\\n'; '12'; '0x1f';
b''; b'a'; b'abc'; b'\\xff\\0'; bytearray(b''); boxed(bytearray(b'abc')); bytearray(range(20)); memoryview(b'abcd'); memoryview(bytearray(b'xyz1')); memoryview(b'abcdefgh').cast('i'); memoryview(b'abcd')[::2];
(); (1,); (1, 2); (1, 'a', None); ((1, 2), (3, 4)); []; [1]; [3, 1, 2]; boxed([1, 2, 3]); boxed([Mutates(), Mutates()]); ['a', 'b']; [[1, 2], [3, 4]]; [('a', 1)]; [None] * 5; boxed(list(range(10)));
{}; {1: 2}; {'a': 1, 'b': 2}; boxed({Mutates(): 1}); boxed({1: Mutates(), 2: 3}); D(); set(); {1, 2}; boxed({1, 'a'}); frozenset(); frozenset([1, 2]); boxed({Mutates()});
range(0); range(5); range(10, 0, -3); range(1 << 70, (1 << 70) + 3); slice(None); slice(1, 5, 2); slice(None, None, -1); slice(Index(1), Mutates(), None); slice('a', 1); slice(-5, 1 << 70);
iter([1, 2]); iter(()); gen(1, 2, 3); gen(); Counting(2); map(str, [1, 2]); zip([1], 'a'); enumerate('ab'); reversed([1, 2]); filter(None, [0, 1]); iter({1: 2}); iter('ab'); iter(b'ab'); iter(range(3));
int; str; list; dict; type; object; float; bool; tuple; bytes; Raises; WithMeta; Exception; ValueError; len; print; repr; abs; max; (lambda: 1); (lambda x: x); (lambda *a, **k: (a, k)); [].append; ''.join; str.upper; dict.get;
Raises(); Mutates(); Mutates(-1); Mutates(1 << 70); Wrong(); Big(); Index(2); Index(-1); L([1, 2]); T((1, 2)); S('s'); I(5); F(2.5); B(b'b'); ST({1}); Slots(); Full(); object(); Evil('e'); ValueError(1, 2); KeyError('k'); OSError(2, 'm', 'f');
UnicodeDecodeError('u', b'x', 0, 1, 'r'); StopIteration(3); SystemExit(4); ExceptionGroup('g', [ValueError(1)]); SyntaxError('m', ('f', 1, 2, 't'));
property(len); staticmethod(len); classmethod(len); functools.partial(max, 1); functools.partial(int, base=2); operator.itemgetter(1, 0); operator.attrgetter('real'); operator.methodcaller('upper'); functools.lru_cache(lambda *a: a);
collections.deque([1, 2, 3]); boxed(collections.deque([1, Mutates()], 5)); collections.deque((), 0); collections.OrderedDict(a=1, b=2); boxed(collections.OrderedDict([(1, Mutates())])); collections.defaultdict(list); collections.defaultdict(None, {1: 2}); collections.Counter('aab');
itertools.repeat('x', 2); itertools.chain([1], 'b'); itertools.islice('abc', 1, None); itertools.product('ab', repeat=2); itertools.permutations('abc', 2); itertools.combinations('abc', 2);
itertools.accumulate([1, 2]); itertools.groupby('aab'); itertools.tee([1, 2])[0]; itertools.zip_longest('a', [1, 2]); itertools.starmap(max, [(1, 2)]); itertools.takewhile(bool, [1, 0]); itertools.dropwhile(bool, [1, 0, 2]); itertools.compress('ab', [1, 0]); itertools.filterfalse(None, [0, 1]); itertools.pairwise('abc');
re.compile('a(b)?'); re.compile(b'x*'); re.match('a(?P<n>b)?', 'ab'); struct.Struct('<ih'); io.StringIO('ab\\ncd'); io.BytesIO(b'ab\\ncd'); array.array('i', [1, 2]); array.array('u', 'ab'); types.SimpleNamespace(a=1); types.MappingProxyType({1: 2});
list[int]; int | str; dict[str, 'T']; types.CellType(1); (lambda: 1).__code__; sys.float_info; sys.flags; {1: 2}.keys(); {1: 2}.items(); {'a': 1}.values(); collections.namedtuple('N', 'a b')(1, 2); weakref.ref(Full); weakref.proxy(WithMeta)'''

FUNCTIONS = '''abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate filter float format frozenset getattr hasattr hash hex int isinstance issubclass iter len list map
max memoryview min next object oct ord pow property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip delattr classmethod aiter anext dir
operator.add operator.and_ operator.concat operator.contains operator.countOf operator.delitem operator.eq operator.floordiv operator.ge operator.getitem operator.iadd operator.iand operator.iconcat operator.ifloordiv operator.ilshift operator.imatmul
operator.imod operator.imul operator.index operator.indexOf operator.inv operator.ior operator.is_ operator.isub operator.itruediv operator.ixor operator.le operator.length_hint operator.lshift operator.lt operator.matmul operator.mod operator.mul operator.ne operator.neg operator.not_ operator.or_
operator.pos operator.rshift operator.setitem operator.sub operator.truediv operator.truth operator.xor operator.itemgetter operator.attrgetter operator.methodcaller operator.call
math.acos math.ceil math.comb math.copysign math.dist math.erf math.exp math.fabs math.floor math.fmod math.frexp math.fsum math.gamma math.gcd math.hypot math.isclose math.isfinite math.isqrt math.lcm math.ldexp math.lgamma math.log math.log10 math.log2 math.modf math.nextafter math.perm math.pow math.prod math.remainder math.sin math.sqrt math.trunc math.ulp
cmath.exp cmath.log cmath.phase cmath.polar cmath.rect cmath.sqrt cmath.isclose
itertools.accumulate itertools.chain itertools.chain.from_iterable itertools.combinations itertools.combinations_with_replacement itertools.compress itertools.dropwhile itertools.filterfalse itertools.groupby itertools.islice itertools.pairwise itertools.permutations itertools.product itertools.starmap itertools.takewhile itertools.tee itertools.zip_longest
functools.partial functools.reduce functools.cmp_to_key functools.lru_cache collections.deque collections.OrderedDict collections.defaultdict struct.pack struct.unpack struct.calcsize struct.iter_unpack struct.unpack_from struct.pack_into
_heapq.heappush _heapq.heappop _heapq.heapify _heapq.heapreplace _heapq.heappushpop _heapq._heappop_max _bisect.bisect_left _bisect.bisect_right _bisect.insort_left _bisect.insort_right
binascii.hexlify binascii.unhexlify binascii.b2a_base64 binascii.a2b_base64 binascii.crc32 binascii.crc_hqx binascii.a2b_uu binascii.b2a_uu binascii.a2b_qp binascii.b2a_qp
unicodedata.name unicodedata.lookup unicodedata.category unicodedata.normalize unicodedata.decomposition unicodedata.numeric unicodedata.digit unicodedata.is_normalized
re.compile re.escape re.sub re.split re.findall copy.copy weakref.ref weakref.proxy types.SimpleNamespace types.MappingProxyType types.GenericAlias types.CellType types.MethodType types.FunctionType sys.getsizeof sys.getrefcount sys.intern
int.from_bytes int.to_bytes float.fromhex bytes.fromhex bytearray.fromhex dict.fromkeys str.maketrans bytes.maketrans type.__call__ object.__new__ list.__new__ tuple.__new__ int.__new__ str.__new__ dict.__init__ set.__init__ list.__init__
io.StringIO io.BytesIO array.array json.dumps json.loads Exception BaseException OSError UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError StopIteration ImportError SyntaxError ExceptionGroup BaseExceptionGroup KeyError NameError AttributeError'''

BINARY = '+ - * / // % @ & | ^ << >> == != < <= > >= in is'.split() + ['not in', 'is not', 'and', 'or']
SKIPPED_METHODS = {'__init_subclass__', '__subclasshook__', '__class__', '__del__', '__reduce__', '__reduce_ex__', '__getstate__', '__doc__', '__sizeof__', '__subclasses__', '__dir__',
                   'mro', '__mro__', '__globals__', '__builtins__', '__text_signature__', '__getrefcount__', '_replace', 'f_locals'}

STATEMENTS = ('for x in {0}: {1}', 'a, *b = {0}', '[a, b] = {0}', 'x = {0}; del x[{1}]', 'x = {0}; x[{1}] = {2}', 'x = {0}; x += {1}', 'x = {0}; x *= {1}', 'x = {0}; x |= {1}', 'x = {0}; x[{1}] += {2}',
              'with {0} as x: pass', 'raise {0}', 'raise {0} from {1}', 'assert {0}, {1}', 'x = {0}; x.attribute = {1}', 'match {0}:\n  case [a, *b]: pass\n  case {{"a": 1, **c}}: pass\n  case int(x): pass',
              'class C({0}): pass', 'class C(metaclass={0}): pass', 'exec({0})', 'lambda: (yield from {0})', 'print(*{0})', 'try: raise {0}\n except {1}: pass', 'try: raise {0}\n except* {1}: pass',
              'x = {0}; x[{1}:{2}] = {3}', 'x = {0}; del x[{1}:{2}]', 'x = {0}; del x.attribute', 'x = boxed([{0}, {1}]); x.sort()', 'x = boxed([{0}, {1}]); x.remove({2})', 'x = {{}}; x[{0}] = 1; x[{1}]',
              'x = boxed(list({0})); x[{1}:{2}] = x', 'x = boxed(collections.deque({0})); x.remove({1})', 'x = boxed(set({0})); x ^= {1}', 'x = boxed(bytearray(b"abc")); x += {0}', 'x = memoryview(bytearray(8)); x[{0}] = {1}')
EXPRESSIONS = ('[*{0}]', '{{*{0}}}', '{{**{0}}}', '({0})[{1}]', '({0})[{1}:{2}]', '({0})[{1}:{2}:{3}]', 'f"{{{0}!r}}"', 'not {0}', '-({0})', '~({0})', '+({0})', '({0})({1})', '({0})(*{1})', '({0})(**{1})', '({0}) if ({1}) else ({2})',
               '[x for x in {0}]', '{{x: x for x in {0}}}', '{{x for x in {0}}}', '({0}) < ({1}) < ({2})', 'len({0})', '({0}).__class__', '"%s %r" % ({0})', '"{{}}".format({0})', 'type("C", {0}, {1})', '({0}, {1}) == ({2}, {3})',
               'sorted({0}, key={1})', 'sorted({0}, key={1}, reverse={2})', 'max({0}, key={1})', 'max({0}, default={1})', 'min({0}, {1})', 'sum({0}, {1})', 'list(map({0}, {1}))', 'list(zip({0}, {1}, strict={2}))', 'isinstance({0}, {1})',
               'eval({0}, {1}, {2})', 'compile({0}, "f", "eval")', 'dict({0}, a={1})', 'int({0}, base={1})', 'str({0}, {1}, {2})', 'bytes({0}, {1})', 'round({0}, {1})', 'pow(3, {0}, {1})', 'getattr({0}, {1}, {2})', 'iter({0}, {1})', 'next({0}, {1})',
               'enumerate({0}, {1})', 'slice({0}, {1}, {2}).indices({3})', 'operator.attrgetter({0})({1})', 'functools.reduce({0}, {1}, {2})', 'memoryview({0}).cast({1})', 'super({0}, {1})', 'type({0}).__mro__', 'copy.deepcopy({0})', 'hash({0})')


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.values = [v.strip() for v in VALUES.replace('\n', ' ').split(';')]
        self.functions = FUNCTIONS.split()
        self.small = ['0', '1', '-1', '2', '3', 'None', 'Index(2)', 'Mutates()', 'Raises()', 'Wrong()', "'a'", '[]', '1.5', 'True']

    def value(self):
        return self.random.choice(self.values)

    def call(self):
        r = self.random
        kind = r.random()
        if kind < 0.25:
            function = r.choice(self.functions)
            arguments = [self.value() for _ in range(r.choice((0, 1, 1, 1, 2, 2, 3)))]
            if function in ('math.comb', 'math.perm', 'operator.lshift', 'operator.ilshift', 'pow', 'math.isqrt', 'itertools.permutations', 'operator.mul', 'operator.imul') or 'product' in function:
                arguments = [r.choice(self.small) for _ in arguments]
            if r.random() < 0.08:
                arguments.append(r.choice(('key', 'default', 'start', 'x', 'base', 'reverse', 'encoding', 'maxlen', 'strict')) + '=' + self.value())
            return f't(lambda: {function}({", ".join(arguments)}))'
        if kind < 0.33:
            operator = r.choice(BINARY)
            pool = self.small if operator in ('<<', '*') and r.random() < 0.7 else self.values
            return f't(lambda: ({r.choice(self.values if operator != "<<" else pool)}) {operator} ({r.choice(pool)}))'
        if kind < 0.45:
            form = r.choice(EXPRESSIONS)
            return 't(lambda: ' + form.format(*(self.value() for _ in range(4))) + ')'
        if kind < 0.52:
            form = r.choice(STATEMENTS)
            body = 'def f():\n ' + form.format(*(f'({self.value()})' for _ in range(4))) + '\nt(f)'
            try:
                ast.parse(body)
            except SyntaxError:
                return self.call()
            return body
        count = r.choice((0, 1, 1, 1, 2, 2, 3))
        arguments = ', '.join(self.value() for _ in range(count))
        return f't(lambda: method({self.value()}, {r.randrange(1 << 30)})({arguments}))'

    def program(self, calls, methods):
        lines = [PRELUDE, f'SKIPPED = {sorted(SKIPPED_METHODS)}']
        # The reference's names of methods, so that both interpreters choose the same.
        lines.append('NAMES = {}\n'
                     'def method(value, number):\n'
                     '    cls = type(value)\n'
                     '    if cls not in NAMES: NAMES[cls] = METHODS.get(cls.__name__) or [n for n in sorted(dir(cls)) if n not in SKIPPED]\n'
                     '    names = NAMES[cls]\n'
                     '    name = names[number % len(names)]\n'
                     '    print(cls.__name__ + "." + name, end=" ", flush=True)\n'
                     '    return getattr(value, name)\n')
        return '\n'.join(lines) + '\n' + f'METHODS = {methods}\n' + '\n'.join(self.call() for _ in range(calls)) + '\n'


def method_names(reference):
    """{name of a type: names of its methods} for the types of VALUES."""
    source = PRELUDE + f"""
names = {{}}
for v in {VALUES!r}.replace(chr(10), ' ').split(';'):
    cls = type(eval(v))
    names[cls.__name__] = [n for n in sorted(dir(cls)) if n not in {sorted(SKIPPED_METHODS)}]
print(names)
"""
    return subprocess.run([reference, '-S', '-B', '-c', source], stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def limit():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 30))


def execute(interpreter, path, memory):
    def prepare():
        limit()
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        process = subprocess.run([interpreter, '-S', '-B', path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                 timeout=120, preexec_fn=prepare, env={'PYTHONHASHSEED': '0', 'PATH': '/usr/bin', 'LANG': 'C.UTF-8'})
    except subprocess.TimeoutExpired as e:
        return (e.stdout or b'').decode('utf-8', 'replace').splitlines(), -signal.SIGXCPU, ''
    return process.stdout.decode('utf-8', 'replace').splitlines(), process.returncode, process.stderr.decode('utf-8', 'replace')


def outcomes(lines):
    """{number: rest of the line}."""
    result = {}
    for line in lines:
        number, _, rest = line.partition(' ')
        if number.isdigit():
            result[int(number)] = rest
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('interpreter')
    parser.add_argument('--reference', default='/usr/bin/python3.11')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--programs', type=int, default=20)
    parser.add_argument('--calls', type=int, default=300)
    parser.add_argument('--crashes-only', action='store_true', help='differences are not failures')
    parser.add_argument('--memory', type=int, default=4, help='GiB of address space (0, for sanitizers: any)')
    parser.add_argument('--show', action='store_true')
    parser.add_argument('--folder', default='/tmp')
    options = parser.parse_args()
    crashes = differences = compared = 0
    kinds = collections.Counter()
    methods = method_names(options.reference)
    for seed in range(options.seed, options.seed + options.programs):
        source = Generator(seed).program(options.calls, methods)
        if options.show:
            print(source)
            return 0
        path = os.path.join(options.folder, f'minipy-calls-{os.getpid()}.py')
        with open(path, 'w') as file:
            file.write(source)
        body = re.split(r'\n(?=t\(lambda|def f\(\):)', source[source.index('METHODS = {'):])[1:]
        ours, status, errors = execute(options.interpreter, path, options.memory << 30)
        got = outcomes(ours)
        if status < 0 or 'Sanitizer' in errors or 'minipy: fatal' in errors or 'runtime error:' in errors:
            crashes += status not in (-signal.SIGXCPU, -signal.SIGKILL)
            last = max(got, default=0)
            print(f'seed {seed}: status {status} at call {last}: {body[last - 1] if last else ""}\n{errors[-1500:]}', flush=True)
        theirs, reference_status, _ = execute(options.reference, path, 4 << 30)
        expected = outcomes(theirs)
        for number, text in expected.items():
            if number not in got or (number == max(expected) and reference_status):
                continue
            compared += 1
            if text == got[number] or {'MemoryError', 'RecursionError'} & {text.split(' ')[0], got[number].split(' ')[0]}:
                continue
            if text.split(' ')[0].endswith('.__hash__') and ' int ' in text and ' int ' in got[number]:
                continue  # an address
            differences += 1
            if not options.crashes_only:
                print(f'seed {seed} call {number}: {body[number - 1]}\n  reference {text}\n  minipy    {got[number]}', flush=True)
        os.unlink(path)
    print(f'{options.programs} programs, {compared} calls compared, {differences} differences, {crashes} crashes')
    return 1 if crashes or (differences and not options.crashes_only) else 0


if __name__ == '__main__':
    sys.exit(main())
