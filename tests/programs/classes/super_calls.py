# super(): zero arguments and two, in class methods, static methods, nested functions; its errors.
class Base:
    name = "base attribute"
    def hello(self): return f"Base.hello({type(self).__name__})"
    @classmethod
    def make(cls): return f"Base.make({cls.__name__})"
    @staticmethod
    def static(): return "Base.static"
    @property
    def prop(self): return "Base.prop"
    def __getitem__(self, key): return f"Base[{key}]"
    def __len__(self): return 42


class Derived(Base):
    name = "derived attribute"
    def hello(self): return super().hello() + "+Derived"
    @classmethod
    def make(cls): return super().make() + "+Derived"
    @staticmethod
    def static(): return super(Derived, Derived).static() + "+Derived"
    @property
    def prop(self): return super().prop + "+Derived"
    def __getitem__(self, key): return super().__getitem__(key) + "+Derived"
    def __len__(self): return super().__len__() + 1
    def attribute(self): return super().name, super(Derived, self).name, self.name
    def explicit(self): return super(Derived, self).hello(), super(Derived, type(self)).hello(self)

    def inner(self):
        def closure(): return super(Derived, self).hello()
        comprehension = [super(Derived, self).hello() for _ in range(1)]
        return closure(), comprehension

    def rebound(self, other):
        self = other
        try:
            return super().hello()
        except TypeError as error:
            return str(error)

    def info(self):
        s = super()
        return s.__thisclass__.__name__, s.__self__ is self, s.__self_class__.__name__, repr(s).split(" at")[0].split(
            ", <")[0]

    def set_through(self): super().x = 1
    def no_such(self): return super().nope
    def generator(self): yield super().hello()


class Third(Derived): pass


t = Third()
print(t.hello(), Third.make(), t.make(), Third.static(), t.prop, t[3], len(t), t.attribute(), t.explicit(), t.inner(),
    t.info(), list(t.generator()))
print(t.rebound(Derived()), t.rebound(5))
for action in (t.set_through, t.no_such, lambda: super(), lambda: super(Derived), lambda: super(Derived, 5).hello(),
        lambda: super(5, t), lambda: super(Derived, Base), lambda: super(1, 2, 3), lambda: super(Derived, t).hello(1),
        lambda: super(object, 5).real, lambda: super(Derived)[0], lambda: len(super(Derived, t))):
    try:
        result = action()
        print(repr(result).split(" at")[0])
    except Exception as error:
        print(type(error).__name__, error)


def plain(self): return super().hello()


def no_arguments(): return super()


class Late(Base): pass


Late.plain = plain
try:
    Late().plain()
except RuntimeError as error:
    print(error)
try:
    no_arguments()
except RuntimeError as error:
    print(error)


class Deleted(Base):
    def f(self):
        del self
        return super().hello()


try:
    Deleted().f()
except RuntimeError as error:
    print(error)
unbound = super(Derived)
print(unbound.__get__(t, Third).hello(), super(Derived, Third).make(), super(Base, t).__init__())


class Dunder:
    def __init__(self, **kw): self.kw = kw


class M1(Dunder):
    def __init__(self, *, one, **kw):
        super().__init__(**kw)
        self.one = one


class M2(Dunder):
    def __init__(self, *, two, **kw):
        super().__init__(**kw)
        self.two = two


class Combined(M1, M2): pass


c = Combined(one=1, two=2, rest=3)
print(c.one, c.two, c.kw)
