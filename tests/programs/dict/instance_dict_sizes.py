import sys
class A: pass
a=A(); print(sys.getsizeof(a.__dict__))
b=A(); b.x=1; print(sys.getsizeof(b.__dict__)); b.y=2;  print(sys.getsizeof(b.__dict__))
class B:
    def __init__(self): self.q=1
c=B(); print(sys.getsizeof(c.__dict__)); d=B(); print(sys.getsizeof(d.__dict__), sys.getsizeof(c.__dict__))
class C(A): pass
e=C(); e.__dict__; print(sys.getsizeof(e.__dict__)); e.z=1; print(sys.getsizeof(e.__dict__)); print(sys.getsizeof(C().__dict__))
e=C.__new__(C);  print(sys.getsizeof(e.__dict__)); 
for i in range(3): f=C(); f.a=1; print(sys.getsizeof(f.__dict__), end=' ')
class L(list): pass
l=L(); print(sys.getsizeof(l.__dict__)); l.x=1; print(sys.getsizeof(l.__dict__))
class D(dict): pass
l=D(); print(sys.getsizeof(l.__dict__)); l.x=1; print(sys.getsizeof(l.__dict__))
class I(int): pass
l=I(); l.x=1; print(sys.getsizeof(l.__dict__))
class S(tuple): pass
l=S(); print(sys.getsizeof(l.__dict__)); l.x=1; print(sys.getsizeof(l.__dict__))
class E(Exception): pass
l=E(); print(sys.getsizeof(l.__dict__)); l.x=1; print(sys.getsizeof(l.__dict__))
l=S(); l.y=1; print(sys.getsizeof(l.__dict__))
