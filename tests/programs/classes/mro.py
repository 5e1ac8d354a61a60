# C3 linearisation: diamonds, conflicts, mixins, changing bases.
class O: pass
class A(O): pass
class B(O): pass
class C(O): pass
class D(O): pass
class E(O): pass
class K1(A, B, C): pass
class K2(D, B, E): pass
class K3(D, A): pass
class Z(K1, K2, K3): pass


print([c.__name__ for c in Z.__mro__])


class Base:
    def call(self, trail): return trail + ["Base"]


class Left(Base):
    def call(self, trail): return super().call(trail + ["Left"])


class Right(Base):
    def call(self, trail): return super().call(trail + ["Right"])


class Bottom(Left, Right):
    def call(self, trail): return super().call(trail + ["Bottom"])


print(Bottom().call([]), Left().call([]))
for bases in ((Base, Left), (Left, Base), (Left, Right, Base), (object, Base), (int, Base),
        (type("X", (A, B), {}), type("Y", (B, A), {})), (int, float), (Exception, int), (list, Base)):
    try:
        made = type("Made", bases, {})
        print([c.__name__ for c in made.__mro__])
    except TypeError as error:
        print(error)
Bottom.__bases__ = (Right, Left)
print(Bottom().call([]), [c.__name__ for c in Bottom.__mro__])
Left.attribute = "late"
print(Bottom.attribute, Bottom().attribute)
del Left.attribute
print(hasattr(Bottom, "attribute"))
for bases in ((int,), (), (Bottom,), 5, (5,), (Base, Left)):
    try:
        Bottom.__bases__ = bases
        print("accepted", bases)
    except TypeError as error:
        print(error)


class Meta(type):
    def mro(cls):
        order = super().mro()
        return [order[0], *reversed(order[1:-1]), order[-1]]


class Odd(Left, Right, metaclass=Meta): pass


print([c.__name__ for c in Odd.__mro__])


class BadMro(type):
    def mro(cls): return [5]


class EmptyMro(type):
    def mro(cls): return ()


for meta in (BadMro, EmptyMro):
    try:
        meta("X", (), {})
    except TypeError as error:
        print(error)
import gc
gc.collect()  # the classes of failed and dropped definitions are cycles
print(Base.__subclasses__(), [c.__name__ for c in O.__subclasses__()])
class Entry:
    def __mro_entries__(self, bases): return (Base, A)


class FromEntry(Entry()): pass


print(FromEntry.__bases__, FromEntry.__orig_bases__[0].__class__.__name__)
try:
    class Bad(type("N", (), {"__mro_entries__": lambda s, b: 5})()): pass
except TypeError as error:
    print(error)
try:
    type("T", (Entry(),), {})
except TypeError as error:
    print(error)
