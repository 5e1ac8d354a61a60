"""Classes with slots."""
for i in range(200):
    class A:
        __slots__ = ("a", "b", "__weakref__")

    class B(A):
        __slots__ = ["c"]
    b = B()
    b.c = b
