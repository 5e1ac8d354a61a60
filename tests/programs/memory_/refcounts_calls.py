# Counts of references that special methods and functions see of their arguments, however they are called.
import sys
def count(x,c=sys.getrefcount):
    n=c(x)-3
    return n if n<10**8 else 'many'
class A:
    def __repr__(self): print('repr', count(self)); return 'A'
    def __str__(self): print('str', count(self)); return 'A'
    def __format__(self, s): print('format', count(self), count(s)); return 'A'
    def __len__(self): print('len', count(self)); return 3
    def __bool__(self): print('bool', count(self)); return True
    def __eq__(self, o): print('eq', count(self), count(o)); return True
    def __lt__(self, o): print('lt', count(self), count(o)); return True
    def __hash__(self): print('hash', count(self)); return 1
    def __getitem__(self, k): print('getitem', count(self), count(k)); return 1
    def __setitem__(self, k, v): print('setitem', count(self), count(v))
    def __delitem__(self, k): print('delitem', count(self))
    def __contains__(self, k): print('contains', count(self), count(k)); return True
    def __iter__(self): print('iter', count(self)); return iter([1])
    def __next__(self): print('next', count(self)); return 1
    def __call__(self, *a): print('call', count(self), count(a)); return 1
    def __enter__(self): print('enter', count(self)); return self
    def __exit__(self, *a): print('exit', count(self), count(a)); return 1
    def __add__(self, o): print('add', count(self), count(o)); return 1
    def __radd__(self, o): print('radd', count(self), count(o)); return 1
    def __iadd__(self, o): print('iadd', count(self), count(o)); return self
    def __neg__(self): print('neg', count(self)); return 1
    def __int__(self): print('int', count(self)); return 1
    def __index__(self): print('index', count(self)); return 1
    def __float__(self): print('float', count(self)); return 1.0
    def __getattr__(self, n): print('getattr', n, count(self)); return 1
    def __setattr__(self, n, v): print('setattr', n, count(self), count(v))
    def __delattr__(self, n): print('delattr', n, count(self))
    def __del__(self): print('del', count(self))
    def __dir__(self): print('dir', count(self)); return []
    def __reversed__(self): print('reversed', count(self)); return iter([])
    def __copy__(self): print('copy', count(self)); return self
    def __deepcopy__(self, m): print('deepcopy', count(self)); return self
    def __reduce_ex__(self, p): print('reduce', count(self)); return (list,())
    def __round__(self, n=None): print('round', count(self)); return 1
    def __abs__(self): print('abs', count(self)); return 1
    def __divmod__(self, o): print('divmod', count(self)); return 1
    def __pow__(self, o, m=None): print('pow', count(self)); return 1
    def __matmul__(self, o): print('matmul', count(self)); return 1
    def __imatmul__(self, o): print('imatmul', count(self), count(o)); return self
    def __length_hint__(self): print('hint', count(self)); return 1
    def __bytes__(self): print('bytes', count(self)); return b''
    def __fspath__(self): print('fspath', count(self)); return '/'
    def __await__(self): print('await', count(self)); return iter([])
    def m(self, *a): print('m', count(self), [count(x) for x in a]); return 1
    @property
    def p(self): print('p', count(self)); return 1
    @p.setter
    def p(self, v): print('p=', count(self), count(v))
    @classmethod
    def c(cls, x): print('c', count(x))
    @staticmethod
    def s(x): print('s', count(x))
a=A(); b=A(); o=object()
tests = '''repr(a)
str(a)
format(a)
format(a,'x')
f'{a}'
f'{a!r}'
f'{a!s:>3}'
f'{a:>{3}}'
'%s' % a
'%r' % a
'%s %r' % (a, a)
'%d' % a
'{}'.format(a)
'{0!r}'.format(a)
'{x.y}'.format(x=a)
'{x[1]}'.format(x=a)
'{:d}'.format(a)
[a].__repr__()
repr([a])
repr((a,))
repr({a:a})
repr({a})
str([a])
print(a)
len(a)
bool(a)
not a
a and 1
1 if a else 2
a == b
a != b
a == 1
1 == a
[a] == [b]
(a,) == (b,)
a < b
b > a
sorted([a,b])
min(a,b)
max([a,b])
[b].index(a)
[b].count(a)
[a,b].remove(b)
a in [b]
a in (b,)
hash(a)
{a}
{a:1}
{a:1}[b]
{a:1}.get(b)
a in {b}
set([a])
a[1]
a[o]
a[1]=o
a[1:2]
del a[1]
1 in a
o in a
iter(a)
for i in a: pass
[*a]
list(a)
tuple(a)
x, = a
next(a)
a()
a(1)
a(*[1])
a(*(1,), **{})
a.m()
a.m(o)
a.m(o, b)
a.m(*[o])
A.m(a, o)
f=a.m; f(o)
getattr(a,'m')(o)
map(a.m,[o]).__next__()
list(map(a.m,[o]))
list(map(A.m,[a],[o]))
list(filter(a.m,[o]))
list(filter(None,[a]))
with a: pass
with a as z: pass
with a: raise ValueError
a+b
a+1
1+a
a+=b
-a
int(a)
float(a)
complex(a)
chr(a)
range(a)
[1,2][a]
[1,2][a]=3
'ab'[a]
b'ab'[a]
(1,2)[a]
operator.index(a)
[1]*a
'a'*a
bytes(a)
bytearray(a)
a.zz
getattr(a,'zz')
hasattr(a,'zz')
getattr(a,'zz',1)
a.zz=o
setattr(a,'zz',o)
del a.zz
delattr(a,'zz')
a.p
a.p=o
A.p.fget(a)
A.p.__get__(a)
a.c(o)
a.s(o)
A.c(o)
dir(a)
reversed(a)
copy.copy(a)
copy.deepcopy(a)
round(a)
round(a,1)
abs(a)
divmod(a,b)
pow(a,b)
pow(a,b,1)
a**b
a@b
a@=b
operator.add(a,b)
operator.getitem(a,1)
operator.length_hint(a)
os.fspath(a)
os.path.join(a)
sum([a])
sum([a,b],a)
any([a])
all([a])
isinstance(a,A)
zip(a)
enumerate(a)
list(zip(a,a))
dict([(a,1)])
dict.fromkeys([a])
dict(zip([a],[b]))
','.join(a)
functools.reduce(lambda x,y: print(count(x),count(y)), [a,b])
functools.partial(a.m,o)()
functools.partial(A.m,a)(o)
operator.methodcaller('m',o)(a)
operator.attrgetter('p')(a)
operator.itemgetter(1)(a)
collections.deque([a]).count(b)
collections.Counter([a])
itertools.chain(a).__next__()
list(itertools.starmap(a.m,[(o,)]))
list(itertools.accumulate([a,b]))
list(itertools.groupby([a]))
sorted([a],key=lambda x: print(count(x)))
min([a],key=lambda x: print(count(x)))
[a].sort(key=a.m)
re.sub('x',lambda m: str(count(m)),'x')
re.sub('x',a.m,'x')
json.dumps(o,default=lambda x: print(count(x)))
eval('a.m()')
exec('a.m(o)')
(lambda x: print(count(x)))(a)
(lambda *x: print(count(x), count(x[0])))(a)
(lambda **x: print(count(x), count(x['k'])))(k=a)
(lambda x, *, k: print(count(x), count(k)))(a, k=b)
(lambda *x: print(count(x), count(x[0])))(*(a,))
(lambda **x: print(count(x)))(**{})
t=(a,b);(lambda *x: print(count(x)))(*t)
t={'k':a};(lambda **x: print(count(x)))(**t)
A().m()
A.__len__(a)
a.__len__()
type(a).__add__(a,b)
object.__getattribute__(a,'m')()
super(A,a).__init__()
str(b'a',errors=a)
g=(print(count(x)) for x in [a]); list(g)
[print(count(x)) for x in [a]]
{print(count(x)) for x in [a]}
threading.Thread(target=a.m,args=(o,)).run()
contextvars.copy_context().run(a.m,o)
weakref.ref(a)
w=weakref.WeakSet([a]); a in w
weakref.proxy(a).m(o)
weakref.WeakKeyDictionary({a:1})[b]
next(iter(a.m,1),0)
list(iter(a.m,1))
sys.setprofile(None)
io.StringIO().write(A)
print('x',file=types.SimpleNamespace(write=a.m))
print(a,b,file=io.StringIO())
type('B',(A,),{})()
types.MethodType(A.m,a)(o)
types.MethodType(lambda s: print(count(s)),a)()
property(A.m).__get__(a)
class M(type):
 def __call__(c,*x): print(count(c),count(x)); return 1
M('N',(),{})(a)
class D:
 def __get__(s,i,t): print(count(s),count(i)); return 1
 def __set__(s,i,v): print(count(s),count(i),count(v))
 def __set_name__(s,o,n): print(count(s),count(o))
class E: d=D()
E().d
E().d=a
class I:
 def __init__(s,x): print(count(s),count(x))
I(a)
I(x=a)
class N:
 def __new__(c,x): print(count(c),count(x)); return object.__new__(c)
N(a)
class G:
 def __init_subclass__(c,**k): print(count(c),count(k))
 def __class_getitem__(c,k): print(count(c),count(k))
class H(G,x=a): pass
G[o]
async def co(): await a
co().send(None)
async def co():\n async with AM() as z: pass
class AM:\n async def __aenter__(s): print(count(s))\n async def __aexit__(s,*x): print(count(s),count(x))
co().send(None)
async def co():\n async for i in AI(): pass
class AI:\n def __aiter__(s): print(count(s)); return s\n async def __anext__(s): print(count(s)); raise StopAsyncIteration
co().send(None)
def gg(x): print(count(x)); y=yield x; print(count(y)); yield from hh(x)
def hh(x): print(count(x)); yield
g=gg(a); next(g); g.send(o)
g=gg(a); next(g); g.close()
def tt(x):\n try: raise ValueError(x)\n except ValueError as e: print(count(e),count(x),count(e.__traceback__))
tt(a)
def uu(x):\n try: tt(1/0)\n except ZeroDivisionError as e: print(count(e))\n finally: print(count(x))
uu(a)
match a:\n case A(): print(count(a))
match a:\n case [x]: print(count(x))
try: raise KeyError(a)\nexcept KeyError as e: print(count(e), count(e.args))
class Q(ValueError): pass
try: raise Q(a)\nexcept Q as e: print(count(e), count(e.args), count(a))
try:\n try: 1/0\n except* ZeroDivisionError as e: print(count(e))\nexcept BaseException as e: print(e)
import operator as op2
{x:1 for x in [a]}
d={}; d[a]=b
d={a:1}; d[a]=b; d[b]=a
d={b:1}; d.setdefault(a,2)
d={b:1}; d.update({a:2})
d={b:1}; d|={a:2}
{x for x in [a,b]}
{a,b}
s=set(); s.add(a); s.add(b); s.discard(a)
{a} | {b}
{a} == {b}
{a:1} == {b:1}
d={b:1}; d.pop(a)
d={b:1}; del d[a]
frozenset([a,b])
collections.OrderedDict([(a,1)])[b]
collections.defaultdict(int)[a]
'%s %s %r' % (a, b, a)
'%(x)s' % {'x': a}
'%(x)s %(x)d' % {'x': a}
b'%a' % a
b'%b' % a
'%*d' % (a.__index__(), 1)
'{0} {0!r:>5} {1.p}'.format(a,b)
string.Template('$x').substitute(x=a)
str.join(',', [str(a)])
logging.LogRecord('a',1,'b',1,'%s',(a,),None).getMessage()
print('%s' % [a])
print(f'{a=}')
print([[a]], ({a},), {1:a})
enum.Enum('E',{'x':1})
dataclasses.make_dataclass('D',['x'])(a)
pprint.pformat([a])
import operator as op2
del a, b'''
import string, logging, enum, dataclasses, pprint
import operator, copy, os, functools, collections, itertools, re, json, threading, contextvars, weakref, io, types
ns=globals()
# Lines that are indented belong to the one before.
ts=[]
for t in tests.split('\n'):
    if t.startswith(' '): ts[-1]+='\n'+t
    else: ts.append(t)
for t in ts:
    t=t.replace('\\n','\n')
    print('>>',t.replace('\n','; '))
    try:
        exec(compile(t,'t','exec'),ns)
    except BaseException as e: print('!!',type(e).__name__, count(e)); del e
