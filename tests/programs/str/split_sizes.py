"""Sizes and identities of what split, rsplit and splitlines give."""
import sys
g=sys.getsizeof
s='a,b,c'; t='a '*20; b=s.encode(); u='é,€,b'
for o in (s,b,bytearray(b),u):
    sep=',' if isinstance(o,str) else b','
    long=sep*30
    for m in ('split','rsplit'):
        f=getattr(o,m); L=o*7
        print(type(o).__name__,m,[g(x) for x in (f(sep),f(),f(sep,1),f(sep,0),f(sep,11),f(sep,12),f(sep,13),f(sep*9),getattr(L,m)(sep),getattr(o+sep*30,m)(sep),getattr(o[:0],m)(),getattr(o[:0],m)(sep), getattr(o,m)(o+sep), getattr(o, m)(None,0), getattr(o,m)(None,3), o.splitlines(), (o+o[:0]).splitlines())])
s='abcdef'; print(s.split(',')[0] is s, s.split()[0] is s, s.rsplit(',')[0] is s, s.rsplit()[0] is s, s.split(',',0)[0] is s)
b=b'abcdef'; print(b.split(b',')[0] is b, b.split()[0] is b, b.rsplit(b',')[0] is b, b.rsplit()[0] is b, b.split(b',',0)[0] is b)
