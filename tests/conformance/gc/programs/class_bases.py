"""Classes with several bases."""
class A: pass
class B: pass

for i in range(200):
    class C(A): pass
    class D(A, B): pass
    class E(C, D): pass
    E()
