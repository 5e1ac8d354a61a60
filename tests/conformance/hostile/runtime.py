"""Programs that recurse without end while they run: programs(scale) is {name: source}. Each prints what happened;
`show(f)` prints the result's type or the exception's class and message; DEEP is the greatest depth, far beyond what
the native stack could hold if it were used for each level."""

PRELUDE = '''
import sys
def show(function, *arguments):
    try:
        result = function(*arguments)
    except BaseException as error:
        print(type(error).__name__, str(error)[:300])
    else:
        print(type(result).__name__, str(result)[:60] if isinstance(result, (int, bool, str, type(None))) else '')
def nested(kind, depth=DEEP, bottom=()):
    value = bottom
    for _ in range(depth):
        value = kind(value)
    return value
KINDS = {'list': lambda v: [v], 'tuple': lambda v: (v,), 'dict': lambda v: {1: v}}
'''

PROGRAMS = {}


def programs(scale=1):
    """{name: source}. `scale` divides the depth."""
    return {name: f'DEEP = {100000 // scale}\n{PRELUDE}{source}' for name, source in PROGRAMS.items()}


def program(source):
    lines = source.strip('\n').split('\n')
    name = lines[0].removeprefix('# ')
    assert name not in PROGRAMS, name
    PROGRAMS[name] = '\n'.join(lines[1:]) + '\n'


for text in '''
# repr of nested containers
for name, kind in KINDS.items():
    value = nested(kind)
    show(repr, value)
    show(str, value)
    show(ascii, value)
    show(format, value)
    show('{}'.format, value)
    show(lambda: '%s' % ([value],))
    show(lambda: f'{value!r}')

# comparison of nested containers
for name, kind in KINDS.items():
    a, b = nested(kind), nested(kind)
    show(lambda: a == b)
    show(lambda: a != b)
    if name != 'dict':
        show(lambda: a < b)
        show(lambda: a >= b)
    show(lambda: [a].index(b))
    show(lambda: b in [a])
    show(lambda: [a].count(b))

# hash of nested values
show(lambda: hash(nested(lambda v: (v,), 500)) == hash(nested(lambda v: (v,), 500)))
show(lambda: hash(nested(lambda v: frozenset([v]), 500, frozenset())) is not None)

# hash of values nested without end
import types
def g(): pass
for kind, bottom in ((lambda v: (v,), ()), (lambda v: types.GenericAlias(list, v), int), (lambda v: types.MethodType(v, 1), print),
                     (lambda v: g.__code__.replace(co_consts=(v,)), None)):
    show(lambda: hash(nested(kind, 10 * DEEP, bottom)) is not None)

# deallocation of nested values
import types, itertools, functools, collections
class Node:
    def __init__(self, next): self.next = next
class Slotted:
    __slots__ = 'next',
    def __init__(self, next): self.next = next
class ListChild(list): pass
class TupleChild(tuple): pass
class DictChild(dict): pass
def closure(v):
    return lambda: v
def generator(v):
    def g():
        yield v
    result = g(); next(result)
    return result
for kind in (lambda v: [v], lambda v: (v,), lambda v: {1: v}, Node, Slotted, lambda v: ListChild([v]), lambda v: TupleChild([v]),
             lambda v: DictChild({1: v}), closure, generator, iter if 0 else lambda v: iter([v]), lambda v: itertools.chain([v]),
             lambda v: functools.partial(print, v), lambda v: collections.deque([v]), lambda v: types.SimpleNamespace(v=v),
             lambda v: Exception(v), lambda v: property(v), lambda v: staticmethod(v), lambda v: classmethod(v),
             lambda v: types.MethodType(print, v), lambda v: slice(v), lambda v: collections.defaultdict(None, {1: v}),
             lambda v: collections.OrderedDict({1: v}), lambda v: types.MappingProxyType({1: v}), lambda v: types.CellType(v),
             lambda v: zip([v]), lambda v: map(str, [v]), lambda v: filter(None, [v]), lambda v: enumerate([v]), lambda v: reversed([v]),
             lambda v: list[v], lambda v: types.GenericAlias(list, v), lambda v: itertools.count(0) if v is None else itertools.cycle([v]),
             lambda v: itertools.repeat(v), lambda v: itertools.islice([v], 1), lambda v: itertools.product([v]), lambda v: itertools.tee([v])[0],
             lambda v: itertools.starmap(v, ()), lambda v: itertools.groupby([v]), lambda v: iter({1: v}.values()), lambda v: {1: v}.items(),
             lambda v: memoryview(b'x') if v is None else [v].__iter__(), lambda v: [v].append, lambda v: super(Node, Node(v))):
    value = nested(kind, DEEP, None)
    del value
    print('freed')

# deallocation with traceback chains
def f(n):
    try:
        raise ValueError(n)
    except ValueError as e:
        return e
e = None
for i in range(DEEP):
    new = ValueError(i)
    new.__context__ = e
    new.__cause__ = e
    e = new
del e, new
print('freed')

# deallocation with finalizers
class Node:
    def __init__(self, next): self.next = next
    def __del__(self): pass
value = nested(Node, DEEP, None)
del value
print('freed')

# resurrection while freeing a chain
alive = []
class Node:
    def __init__(self, next): self.next = next
    def __del__(self):
        if len(alive) < 3: alive.append(self)
value = nested(Node, 1000, None)
del value
print(len(alive))

# cyclic garbage in a long chain
import gc
class Node: pass
first = node = Node()
for _ in range(DEEP):
    node.next = Node(); node = node.next
node.next = first
del first, node
print(gc.collect() > DEEP)

# class hierarchy
class A: pass
C = A
for i in range(900):
    C = type('C', (C,), {})
show(isinstance, C(), A)
show(issubclass, C, A)
print(len(C.__mro__))
show(lambda: C().missing)

# isinstance of nested tuples
t = int
for _ in range(DEEP): t = (t,)
show(isinstance, 'x', t)
show(issubclass, str, t)
try: raise ValueError
except Exception as e: error = e
show(isinstance, 1, t)

# isinstance of nested unions
import types
t = int
for _ in range(900): t = t | types.GenericAlias(list, t) if 0 else t | str
show(isinstance, 'x', t)

# except of nested tuples
t = KeyError
for _ in range(DEEP): t = (t,)
def f():
    try: raise ValueError('v')
    except t: pass
show(f)

# instance checks that recurse
class M(type):
    def __instancecheck__(self, o): return isinstance(o, self)
    def __subclasscheck__(self, o): return issubclass(o, self)
class A(metaclass=M): pass
show(isinstance, 1, A)
show(issubclass, int, A)

# attributes that recurse
class A:
    def __getattr__(self, name): return getattr(self, name)
show(lambda: A().x)
class B:
    def __getattribute__(self, name): return getattr(self, name)
show(lambda: B().x)
class C:
    def __setattr__(self, name, value): setattr(self, name, value)
def f(): C().x = 1
show(f)
class D:
    def __delattr__(self, name): delattr(self, name)
def f(): del D().x
show(f)
class E:
    @property
    def x(self): return self.x
show(lambda: E().x)

# special methods that recurse
class A:
    def __repr__(self): return repr(self)
    def __str__(self): return str(self)
    def __eq__(self, other): return self == other
    def __lt__(self, other): return self < other
    def __hash__(self): return hash(self)
    def __len__(self): return len(self)
    def __bool__(self): return bool(self)
    def __call__(self): return self()
    def __getitem__(self, i): return self[i]
    def __setitem__(self, i, v): self[i] = v
    def __delitem__(self, i): del self[i]
    def __contains__(self, i): return i in self
    def __iter__(self): return iter(self)
    def __next__(self): return next(self)
    def __add__(self, other): return self + other
    def __radd__(self, other): return other + self
    def __iadd__(self, other): self += other; return self
    def __neg__(self): return -self
    def __index__(self): return range(self)
    def __int__(self): return int(self)
    def __float__(self): return float(self)
    def __complex__(self): return complex(self)
    def __format__(self, spec): return format(self, spec)
    def __bytes__(self): return bytes(self)
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
    def __reversed__(self): return reversed(self)
    def __round__(self, n=None): return round(self, n)
    def __dir__(self): return dir(self)
    def __pow__(self, o): return self ** o
    def __matmul__(self, o): return self @ o
    def __divmod__(self, o): return divmod(self, o)
    def __length_hint__(self): return len([*self])
    def __sizeof__(self): return sys.getsizeof(self)
a = A()
def setitem(): a[1] = 2
def delitem(): del a[1]
def iadd():
    b = a
    b += 1
def enter():
    with a: pass
for f in (lambda: repr(a), lambda: str(a), lambda: a == 1, lambda: a < 1, lambda: hash(a), lambda: len(a), lambda: bool(a), lambda: a(),
          lambda: a[1], setitem, delitem, lambda: 1 in a, lambda: iter(a), lambda: next(a), lambda: a + 1, lambda: 1 + a, iadd, lambda: -a,
          lambda: range(a), lambda: int(a), lambda: float(a), lambda: complex(a), lambda: format(a), lambda: f'{a}', lambda: bytes(a), enter,
          lambda: reversed(a), lambda: round(a), lambda: dir(a), lambda: a ** 1, lambda: a @ 1, lambda: divmod(a, 1), lambda: [*a], lambda: sys.getsizeof(a),
          lambda: {a}, lambda: {a: 1}, lambda: [a].index(1), lambda: sorted([a, a]), lambda: max(a, a), lambda: print(a), lambda: '%s' % a, lambda: '%d' % a,
          lambda: str.format('{}', a), lambda: [1][a], lambda: 'x' * a, lambda: not a, lambda: hex(a), lambda: chr(a), lambda: abs(a), lambda: sum([a, a]),
          lambda: min([a, a]), lambda: all([a]), lambda: list(a), lambda: tuple(a), lambda: dict(a), lambda: set(a), lambda: list(map(a, [1])),
          lambda: list(zip(a)), lambda: a is a, lambda: operator_index(a), lambda: bytearray(a), lambda: int.from_bytes(a, 'big'), lambda: ','.join(a)):
    show(f)

# calls that recurse
def f(): return f()
show(f)
def g(*a, **k): return g(*a, **k)
show(g, 1)
h = lambda: h()
show(h)
class A:
    def m(self): return self.m()
    @classmethod
    def c(cls): return cls.c()
    @staticmethod
    def s(): return A.s()
    def __init__(self, n=0):
        if n: A(n)
    def __new__(cls, n=0):
        if n == 2: return cls(n)
        return object.__new__(cls)
show(A().m); show(A.c); show(A.s); show(A, 1); show(A, 2)
import functools
p = functools.partial(lambda: p())
show(p)
def r(x): return list(map(r, [x]))
show(r, 1)
def s(x): return sorted([1], key=s)
show(s, 1)
def t(x): return max([1], key=t)
show(t, 1)
def u(): return eval('u()')
show(u)
def v(): exec('v()')
show(v)
def w(): return [w() for _ in (1,)]
show(w)
def x(): return next(x() for _ in (1,))
show(x)
def y(): yield from y()
show(list, y())
@functools.lru_cache
def z(n): return z(n + 1)
show(z, 0)
@functools.wraps(f)
def wrapped(): return wrapped()
show(wrapped)
def k(*, a): return k(a=a)
show(lambda: k(a=1))
class Meta(type):
    def __call__(cls): return cls()
class B(metaclass=Meta): pass
show(B)

# coroutines that recurse
async def f(): await f()
def run(c):
    try: c.send(None)
    except StopIteration: pass
show(run, f())
async def g():
    async for _ in g(): pass
    yield 1
async def h():
    async for _ in g(): pass
show(run, h())
class A:
    def __await__(self): return self.__await__()
async def k(): await A()
show(run, k())
def deep(n):
    if n: yield from deep(n - 1)
    yield n
show(lambda: sum(deep(900)))
show(lambda: sum(deep(1500)))
def chain():
    g = iter(())
    for i in range(DEEP):
        def wrap(g): yield from g
        g = wrap(g)
    return list(g)
show(chain)

# iterators that are chained
import itertools
it = iter(())
for _ in range(DEEP): it = map(str, it)
show(next, it, None)
it = iter(())
for _ in range(20000): it = itertools.chain(it)
show(next, it, None)
it = iter(())
for _ in range(20000): it = filter(None, it)
show(next, it, None)
it = iter(())
for _ in range(20000): it = zip(it)
show(next, it, None)
it = iter(())
for _ in range(20000): it = enumerate(it)
show(next, it, None)
it = iter(())
for _ in range(20000): it = itertools.islice(it, 5)
show(next, it, None)
it = iter(())
for _ in range(20000): it = itertools.takewhile(bool, it)
show(next, it, None)

# pickles of nested containers
import pickle
for name, kind in KINDS.items():
    value = nested(kind, 5000)
    show(pickle.dumps, value)
    show(pickle._dumps, value)
data = b'(' * DEEP + b'.'
show(pickle.loads, data)
show(pickle.loads, b'\\x80\\x04' + b'(' * 10000 + b't' * 10000 + b'.')

# copies of nested containers
import copy
for name, kind in KINDS.items():
    value = nested(kind, 5000)
    show(copy.deepcopy, value)
    show(copy.copy, value)
class A:
    def __deepcopy__(self, memo): return copy.deepcopy(self, memo)
    def __copy__(self): return copy.copy(self)
    def __reduce_ex__(self, n): return self.__reduce_ex__(n)
show(copy.deepcopy, A()); show(copy.copy, A())

# JSON of nested containers
import json
for depth in (500, 990, 5000, DEEP):
    value = nested(KINDS['list'], depth)
    show(lambda: len(json.dumps(value)))
    value = nested(KINDS['dict'], depth)
    show(lambda: len(json.dumps(value)))
    show(lambda: json.loads('[' * depth + ']' * depth) is None)
    show(lambda: json.loads('{"a":' * depth + '1' + '}' * depth) is None)
    show(lambda: json.loads('[' * depth) is None)
a = []; a.append(a)
show(json.dumps, a)
show(json.JSONEncoder(check_circular=False).encode, a)
show(lambda: json.dumps(object(), default=lambda o: o))
show(lambda: json.dumps(object(), default=lambda o: [o]))
show(lambda: json.dumps(object(), default=lambda o: [object()]))

# marshal of nested containers
import marshal
for depth in (500, 1000, 1999, 2000, 2001, 5000, DEEP):
    for name, kind in KINDS.items():
        value = nested(kind, depth)
        show(lambda: len(marshal.dumps(value)))
        show(lambda: len(marshal.dumps(value, 1)))
    for data in (b'[\\1\\0\\0\\0' * depth + b'N', b'(\\1\\0\\0\\0' * depth + b'N', b')\\1' * depth + b'N', b'{N' * depth + b'N' + b'0' * depth,
                 b'\\xdb\\1\\0\\0\\0' * depth + b'N', b'<\\1\\0\\0\\0' * depth + b'N', b'>\\1\\0\\0\\0' * depth + b'N'):
        show(lambda: marshal.loads(data) is None)

# code objects nested in code objects
import marshal
code = compile('1', 'f', 'eval')
for i in range(1000):
    code = code.replace(co_consts=(code,))
    if i in (100, 390, 500, 650, 700, 999):
        show(lambda: len(marshal.dumps(code)) > 0)
show(lambda: code == code.replace(co_name='x'))
show(lambda: hash(code) is None)
show(lambda: repr(code)[:5])
del code

# constants nested in syntax trees
import ast
for depth in (10, 500, 900, 1000, DEEP):
    value = ()
    for _ in range(depth): value = (value,)
    show(lambda: compile(ast.fix_missing_locations(ast.Expression(ast.Constant(value))), 'f', 'eval').co_name)
    if depth <= 1000:
        value = frozenset()
        for _ in range(min(depth, 900)): value = frozenset([value])
        show(lambda: compile(ast.fix_missing_locations(ast.Expression(ast.Constant(value))), 'f', 'eval').co_name)

# syntax trees that are deep
import ast
L = dict(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
def expr(make, depth):
    e = ast.Name('x', ast.Load(), **L)
    for _ in range(depth): e = make(e)
    return ast.Expression(e)
makers = {
 'unary': lambda e: ast.UnaryOp(ast.Not(), e, **L), 'binary': lambda e: ast.BinOp(e, ast.Add(), e if 0 else ast.Constant(1, **L), **L),
 'attribute': lambda e: ast.Attribute(e, 'a', ast.Load(), **L), 'call': lambda e: ast.Call(e, [], [], **L),
 'argument': lambda e: ast.Call(ast.Name('f', ast.Load(), **L), [e], [], **L), 'keyword': lambda e: ast.Call(ast.Name('f', ast.Load(), **L), [], [ast.keyword('k', e, **L)], **L),
 'list': lambda e: ast.List([e], ast.Load(), **L), 'tuple': lambda e: ast.Tuple([e], ast.Load(), **L), 'dict': lambda e: ast.Dict([e], [e] if 0 else [ast.Constant(1, **L)], **L),
 'lambda': lambda e: ast.Lambda(ast.arguments([], [], None, [], [], None, []), e, **L), 'subscript': lambda e: ast.Subscript(e, ast.Constant(1, **L), ast.Load(), **L),
 'boolop': lambda e: ast.BoolOp(ast.And(), [e, ast.Constant(1, **L)], **L), 'compare': lambda e: ast.Compare(e, [ast.Lt()], [ast.Constant(1, **L)], **L),
 'ifexp': lambda e: ast.IfExp(e, ast.Constant(1, **L), ast.Constant(2, **L), **L), 'fstring': lambda e: ast.JoinedStr([ast.FormattedValue(e, -1, None, **L)], **L),
 'listcomp': lambda e: ast.ListComp(e, [ast.comprehension(ast.Name('x', ast.Store(), **L), ast.Name('y', ast.Load(), **L), [], 0)], **L),
 'starred': lambda e: ast.List([ast.Starred(e, ast.Load(), **L)], ast.Load(), **L), 'slice': lambda e: ast.Subscript(ast.Name('a', ast.Load(), **L), ast.Slice(e, None, None, **L), ast.Load(), **L),
}
for name, make in makers.items():
    for depth in (150, 500, 900, 990, 1100, 3100, DEEP):
        print(name, depth, end=' ')
        show(lambda: compile(expr(make, depth), 'f', 'eval').co_name)
def stmt(make, depth):
    s = ast.Pass(**L)
    for _ in range(depth): s = make(s)
    return ast.Module([s], [])
X = ast.Name('x', ast.Load(), **L)
makers = {
 'if': lambda s: ast.If(X, [s], [], **L), 'else': lambda s: ast.If(X, [ast.Pass(**L)], [s], **L), 'while': lambda s: ast.While(X, [s], [], **L), 'with': lambda s: ast.With([ast.withitem(X, None)], [s], None, **L),
 'for': lambda s: ast.For(ast.Name('x', ast.Store(), **L), X, [s], [], None, **L), 'try': lambda s: ast.Try([s], [ast.ExceptHandler(None, None, [ast.Pass(**L)], **L)], [], [], **L),
 'finally': lambda s: ast.Try([ast.Pass(**L)], [], [], [s], **L), 'handler': lambda s: ast.Try([ast.Pass(**L)], [ast.ExceptHandler(None, None, [s], **L)], [], [], **L),
 'def': lambda s: ast.FunctionDef('f', ast.arguments([], [], None, [], [], None, []), [s], [], None, None, **L), 'class': lambda s: ast.ClassDef('C', [], [], [s], [], **L),
 'match': lambda s: ast.Match(X, [ast.match_case(ast.MatchAs(None, None, **L), None, [s])], **L),
}
for name, make in makers.items():
    for depth in (5, 15, 19, 20, 21, 100, 400, 990, 3100, DEEP):
        if name == 'finally' and 15 < depth < 100: continue
        print(name, depth, end=' ')
        show(lambda: compile(stmt(make, depth), 'f', 'exec').co_name)
def pattern(make, depth):
    p = ast.MatchAs(None, None, **L)
    for _ in range(depth): p = make(p)
    return ast.Module([ast.Match(X, [ast.match_case(p, None, [ast.Pass(**L)])], **L)], [])
for name, make in {'sequence': lambda p: ast.MatchSequence([p], **L), 'mapping': lambda p: ast.MatchMapping([ast.Constant(1, **L)], [p], None, **L),
                   'class': lambda p: ast.MatchClass(X, [p], [], [], **L), 'as': lambda p: ast.MatchAs(p, 'a', **L), 'or': lambda p: ast.MatchOr([ast.MatchSingleton(None, **L), p], **L)}.items():
    for depth in (10, 100, 490, 990, 3100, DEEP):
        print(name, depth, end=' ')
        show(lambda: compile(pattern(make, depth), 'f', 'exec').co_name)

# a syntax tree that holds itself
import ast
L = dict(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
e = ast.UnaryOp(ast.Not(), None, **L)
e.operand = e
show(compile, ast.Expression(e), 'f', 'eval')
l = ast.List([], ast.Load(), **L)
l.elts.append(l)
show(compile, ast.Expression(l), 'f', 'eval')
show(ast.dump, ast.Expression(l))
m = ast.Module([], [])
i = ast.If(ast.Constant(1, **L), [], [], **L)
i.body.append(i)
m.body.append(i)
show(compile, m, 'f', 'exec')

# the recursion limit
show(sys.setrecursionlimit, 0)
show(sys.setrecursionlimit, -5)
show(sys.setrecursionlimit, 1)
show(sys.setrecursionlimit, 2**31)
show(sys.setrecursionlimit, 'x')
def depth(n):
    try: return depth(n + 1)
    except RecursionError: return n
for limit in (50, 100, 500, 2000, 5000):
    sys.setrecursionlimit(limit)
    print(depth(0))
def f(n):
    if n == 0: sys.setrecursionlimit(50)
    else: f(n - 1)
sys.setrecursionlimit(1000)
show(f, 100)
print(sys.getrecursionlimit())

# a high recursion limit
sys.setrecursionlimit(10**6)
def f(n): return n and f(n - 1)
show(f, 50000)
def g(n): return 1 + g(n + 1) if n < 60000 else 0
show(g, 0)

# errors while handling a recursion error
def f():
    try: f()
    finally: f()
def limited(n):
    try: limited(n + 1)
    except RecursionError:
        return str(n > 900)
show(limited, 0)
def g():
    try: g()
    except RecursionError: return len(repr([[]]))
show(g)
def h():
    try: h()
    except RecursionError as e: raise ValueError('inner') from e
show(h)
count = 0
def k():
    global count
    count += 1
    try: k()
    except RecursionError: raise
show(k)
def context(n):
    try: context(n + 1)
    except RecursionError: 1 / 0
show(context, 0)

# finalizers that recurse
class A:
    def __del__(self): A()
def hook(u): print(type(u.exc_value).__name__, str(u.exc_value)[:80], u.err_msg)
sys.unraisablehook = hook
A()
class B:
    def __del__(self): self.x()
    def x(self): self.x()
B()
print('done')

# sorts that recurse
def key(x): return sorted([1, 2], key=key)
show(sorted, [1, 2], )
show(lambda: sorted([1, 2], key=key))
class A:
    def __lt__(self, other): return sorted([A(), A()])
show(lambda: sorted([A(), A()]))
l = [3, 1, 2]
def mutate(x): l.append(x); return x
show(lambda: l.sort(key=mutate))
l = [3, 1, 2]
def clear(x): l.clear(); return x
show(lambda: l.sort(key=clear))
print(l)

# containers that hold themselves
a = []; a.append(a)
b = []; b.append(b)
d = {}; d[1] = d
e = {}; e[1] = e
print(repr(a), repr(d))
show(lambda: a == b)
show(lambda: d == e)
show(lambda: a < b)
show(lambda: a == a)
import collections
q = collections.deque(); q.append(q)
print(repr(q))
o = collections.OrderedDict(); o['x'] = o
print(repr(o))
import types
n = types.SimpleNamespace(); n.x = n
print(repr(n))
import functools
p = functools.partial(print); p.__setstate__((print, (p,), {}, {}))
show(repr, p)
t = ([],); t[0].append(t)
print(repr(t))
show(hash, t)
class L(list): pass
l = L(); l.append(l); print(repr(l))
s = [1]; s[:] = [s, s]; print(repr(s))
e = Exception(); e.args = (e,)
show(repr, e)
show(str, e)
import itertools
i = []; i.append(itertools.cycle(i)); print(len(i))
g = types.GenericAlias(list, (a,)); print(repr(g))
m = types.MappingProxyType(d); print(repr(m)[:50])
v = d.values(); print(repr(v)[:50])
f = collections.defaultdict(list); f[1] = f; print(repr(f)[:80])
u = collections.UserList(); u.append(u); show(repr, u)

# exception chains that hold themselves
import traceback
e = ValueError('a'); f = ValueError('b')
e.__context__ = f; f.__context__ = e
print(''.join(traceback.format_exception(e)))
e.__cause__ = e
print(''.join(traceback.format_exception(e)))
try:
    try: raise e
    except ValueError: raise f
except ValueError as x: show(lambda: x.__context__ is e)
g = ExceptionGroup('g', [ValueError(1)])
for _ in range(3000): g = ExceptionGroup('g', [g])
show(lambda: g.split(ValueError) is None)
show(lambda: g.subgroup(KeyError) is None)
show(lambda: g.derive([ValueError()]) is None)
show(repr, g)
show(lambda: len(traceback.format_exception(g)) > 0)
def star():
    try: raise g
    except* ValueError: pass
show(star)

# regular expressions
import re
show(lambda: re.compile('(' * 5000 + ')' * 5000) is None)
show(lambda: re.compile('(' * 90 + 'a' + ')' * 90).match('a').group(90))
show(lambda: re.compile('(' * 101 + 'a' + ')' * 101).groups)
show(lambda: re.compile('(?:' * 5000 + ')' * 5000) is None)
show(lambda: re.compile('(?=' * 400 + ')' * 400) is None)
show(lambda: re.compile('[' * 5000) is None)
show(lambda: re.compile('a' * 100000).match('a' * 100000).end())
show(lambda: re.compile('a|' * 20000 + 'b').match('b').end())
show(lambda: re.compile('a?' * 25 + 'a' * 25).match('a' * 25).end())
show(lambda: re.match('(a|b)*', 'ab' * 200000).end())
show(lambda: re.match('(?:a|b)*?c', 'ab' * 200000 + 'c').end())
show(lambda: re.match('(?:(?:a)*)*', 'a' * 200000).end())
show(lambda: re.match('(.)*', 'x' * 300000).end())
show(lambda: re.match('((a)|b)*(c)?', 'ab' * 100000).groups())
show(lambda: re.match('(a(?=(b)))?', 'ab' * 3).groups())
show(lambda: re.compile('(?:a{0,65535}){0,65535}').match('aa').end())
show(lambda: re.compile('a{4294967295}') is None)
show(lambda: re.compile('a{99999999999}') is None)
show(lambda: re.compile('(?P<a>' * 60 + ')' * 60) is None)
show(lambda: re.compile('(?i:' * 500 + 'a' + ')' * 500).match('A').end())
show(lambda: re.sub('(a*)*', 'x', 'b' * 10))
show(lambda: re.compile(chr(92) * 9999) is None)

# formats
show(lambda: '{' * 10000)
show(lambda: ('{' * 10000).format())
show(lambda: ('{0' + '[0]' * 10000 + '}').format(nested(KINDS['list'], 100)))
show(lambda: ('{0' + '.real' * 10000 + '}').format(1))
show(lambda: '{0:{0:{0}}}'.format(1))
show(lambda: '{:{}}'.format(1, 10))
show(lambda: '%' * 9999 % ())
show(lambda: '%(' + '(' * 10000 + ')s')
show(lambda: ('%(' + '(' * 1000 + ')' * 1000 + ')s') % {'(' * 1000 + ')' * 1000: 5})
show(lambda: '{:' + '9' * 1000 + '}')
show(lambda: ('{:' + '9' * 1000 + '}').format(1))
show(lambda: ('{' + '9' * 1000 + '}').format(1))
show(lambda: ('%' + '9' * 1000 + 'd') % 1)
show(lambda: ('%.' + '9' * 1000 + 'd') % 1)
show(lambda: format(1, '9' * 30))
show(lambda: format(1.5, '.' + '9' * 30))
show(lambda: format(1.5, '.2147483648f'))
show(lambda: '%.2147483648f' % 1.5)
show(lambda: '%*d' % (2**62, 1))
show(lambda: '%.*f' % (2**31, 1))
show(lambda: '%.*f' % (2**70, 1))

# integers
show(lambda: int('9' * 100000))
show(lambda: str(10 ** 100000))
show(lambda: 1 << (1 << 64))
show(lambda: 1 << -1)
show(lambda: 0 << (1 << 64))
show(lambda: 2 ** -1)
show(lambda: pow(2, -1, 4))
show(lambda: [0] * (1 << 62))
show(lambda: 'x' * (1 << 62))
show(lambda: b'x' * (1 << 63))
show(lambda: (0,) * (1 << 62))
show(lambda: bytearray(1 << 62))
show(lambda: bytes(1 << 62))
show(lambda: range(1 << 70)[1 << 69])
show(lambda: len(range(1 << 70)))
show(lambda: 'x'.ljust(1 << 62))
show(lambda: 'x'.zfill(1 << 62))
show(lambda: 'x'.center(1 << 63))
show(lambda: b'x'.center(1 << 62))
show(lambda: 'ab'.replace('', 'x' * (1 << 20))[:3])
show(lambda: int.to_bytes(1, 1 << 62, 'big'))
show(lambda: 'x'.expandtabs(1 << 62))
show(lambda: '\t\t'.expandtabs((1 << 63) - 1))
show(lambda: [1].__imul__(1 << 62))
show(lambda: list(range(1 << 62))[:1] if 0 else 1)
show(lambda: memoryview(b'x').cast('B', [1 << 62]))
show(lambda: float('9' * 100000))
show(lambda: float('0.' + '0' * 100000 + '1'))
show(lambda: complex('1' * 5000 + 'j'))
show(lambda: __import__('struct').calcsize('9' * 30 + 'i'))
show(lambda: __import__('struct').calcsize('9223372036854775807i'))
show(lambda: __import__('struct').pack('9223372036854775807x'))
show(lambda: __import__('itertools').combinations(range(5), 1 << 62))
show(lambda: __import__('itertools').product(range(5), repeat=1 << 62))
show(lambda: __import__('itertools').permutations(range(3), 1 << 62))
show(lambda: __import__('itertools').islice([1], 1 << 64))

# property chains and weak references
import weakref
class A: pass
a = A()
r = a
refs = []
for _ in range(1000):
    refs.append(weakref.ref(a, lambda r: None))
del a, r
print(sum(1 for r in refs if r() is None))
class B:
    def __del__(self): refs2.append(weakref.ref(self)) if 0 else None
p = B()
q = p
for _ in range(20000):
    q = weakref.proxy(p)
show(repr, type(q))
w = weakref.WeakValueDictionary()
class N:
    def __init__(self, n): self.n = n
    def __eq__(self, o): w.clear(); return True
    def __hash__(self): return 1
keys = [N(i) for i in range(5)]
for k in keys: w[k] = k
print(len(w))

# threads that recurse
import threading
def f(): f()
out = []
def g():
    try: f()
    except RecursionError as e: out.append(str(e))
for size in (0, 65536, 262144, 1 << 20):
    threading.stack_size(size)
    t = threading.Thread(target=g); t.start(); t.join()
print(out)

# context managers that recurse
import contextlib
stack = contextlib.ExitStack()
for _ in range(5000): stack.enter_context(contextlib.nullcontext())
show(stack.close)
@contextlib.contextmanager
def c():
    with c(): yield
def f():
    with c(): pass
show(f)

# descriptors and metaclasses that recurse
class D:
    def __get__(self, o, t): return t.d
class A: d = D()
show(lambda: A.d); show(lambda: A().d)
class S:
    def __set__(self, o, v): o.s = v
    def __get__(self, o, t): return 1
class B: s = S()
def f(): B().s = 1
show(f)
class M(type):
    def __getattr__(cls, n): return getattr(cls, n)
    def __prepare__(name, bases): return type('x', (), {}, metaclass=M) if 0 else {}
class C(metaclass=M): pass
show(lambda: C.zzz)
class N(type):
    def mro(cls): cls.__bases__ = cls.__bases__; return type.mro(cls)
show(lambda: N('x', (), {}))
class I:
    def __init_subclass__(cls): type('y', (cls,), {})
show(lambda: type('z', (I,), {}))
class P:
    def __set_name__(self, o, n): type('q', (), {'p': P()})
show(lambda: type('q', (), {'p': P()}))
class Q:
    def __class_getitem__(cls, i): return cls[i]
show(lambda: Q[1])
class R:
    def __mro_entries__(self, b): return types.new_class('x', (R(),)).__bases__
import types
show(lambda: types.new_class('x', (R(),)))

# imports and evaluation that recurse
import builtins
def imp(name, *a): return __import__(name, *a)
old = builtins.__import__
builtins.__import__ = lambda *a, **k: __import__(*a, **k)
show(lambda: exec('import os'))
builtins.__import__ = old
class G(dict):
    def __missing__(self, k): return self[k]
show(lambda: eval('x', {}, G()))
show(lambda: G()[1])
show(eval, 'eval(' * 150 + '1' + ')' * 150)
code = 'exec(code)'
show(lambda: exec(code, {'code': code}))

# generators that run themselves
def g():
    yield from it
it = g()
show(next, it)
def h():
    next(ih)
    yield
ih = h()
show(next, ih)
show(ih.throw, ValueError('x'))
def k():
    try: yield
    finally: ik.close()
ik = k(); next(ik)
show(ik.close)
'''.split('\n# ')[0:]:
    if text.strip():
        program(text.strip('\n'))
