# Names of attributes that are no str, given to the slot wrappers of many types, which getattr() never lets through.
import types, weakref, threading, functools, collections, io, re, operator, array, struct, itertools, contextvars, random, sys, ast, symtable, abc, enum, typing
class C: 
    def m(self): pass
class S(str): pass
def g(): yield
async def co(): pass
c=C(); fn=C.m
loc=threading.local()
cell=(lambda: c).__closure__
co_=co()
vals=dict(i=1,f=1.0,z=1j,s='a',b=b'a',ba=bytearray(b'a'),l=[1],t=(1,),d={},st={1},fs=frozenset(),r=range(3),sl=slice(1),n=None,e=...,ni=NotImplemented,c=c,C=C,int=int,type=type,obj=object(),fn=fn,bm=c.m,bf=len,meth=[].append,md=str.upper,sw=int.__add__,mw=(1).__add__,gd=type.__dict__['__mro__'] if '__mro__' in type.__dict__ else None,mem=type(fn).__dict__['__code__'],cm=classmethod(fn),sm=staticmethod(fn),pr=property(fn),gen=g(),code=fn.__code__,mod=types,un=int|str,ga=list[int],ga2=list[typing.TypeVar('T')],ns=types.SimpleNamespace(a=1),mp=C.__dict__,wr=weakref.ref(c),wp=weakref.proxy(c),wpc=weakref.proxy(fn),loc=loc,part=functools.partial(fn),lru=functools.lru_cache(fn),dq=collections.deque(),dd=collections.defaultdict(int),od=collections.OrderedDict(),bio=io.BytesIO(),sio=io.StringIO(),pat=re.compile('a'),mat=re.match('a','a'),ag=operator.attrgetter('a'),arr=array.array('i'),stc=struct.Struct('i'),cnt=itertools.count(),cv=contextvars.ContextVar('a'),ctx=contextvars.Context(),rnd=random.Random(1),sup=super(C,c),supu=super(C),exc=ValueError(1),tb=None,ast_=ast.Name('a'),lock=threading.Lock(),rl=threading.RLock(),it=iter([]),mv=memoryview(b'a'),frame=sys._getframe(),dk={}.keys(),zipp=zip(),cell=cell[0] if cell else None)
for name, v in vals.items():
    for bad in 1, []:
        for method, args in ("__getattribute__", ()), ("__setattr__", (1,)), ("__delattr__", ()):
            try: print(name, method, type(getattr(type(v), method)(v, bad, *args)))
            except Exception as e: print(name, method, type(e).__name__, e)
co_.close()
l=threading.local(); l.__dict__[1]=5; l.__dict__[()]=6
class L(threading.local): pass
l2=L(); l2.__dict__[1]=5
for o in l,l2:
  for k in 1,(),2:
    for m in ('__getattribute__','__delattr__','__setattr__'):
      try: print(getattr(type(o),m)(o,k,*([3] if 'set' in m else [])))
      except Exception as e: print(type(e),e)
