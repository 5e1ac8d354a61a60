# Descriptors: data and non-data, precedence, on classes and metaclasses (3.3.2.2).
class Data:
    def __init__(self, name): self.name = name
    def __get__(self, instance,
            owner): return f"{self.name}.get({'None' if instance is None else 'i'}, {owner.__name__})"
    def __set__(self, instance, value): print(f"{self.name}.set", value)
    def __delete__(self, instance): print(f"{self.name}.delete")


class NonData:
    def __get__(self, instance, owner): return "nondata"


class SetOnly:
    def __set__(self, instance, value): instance.__dict__["setonly"] = ("stored", value)


class DeleteOnly:
    def __delete__(self, instance): print("delete only")


class C:
    data = Data("data")
    nondata = NonData()
    setonly = SetOnly()
    deleteonly = DeleteOnly()


c = C()
print(c.data, C.data, c.nondata, C.nondata)
c.__dict__.update(data="ignored", nondata="instance wins", setonly="in dict", deleteonly="d")
print(c.data, c.nondata, c.setonly, c.deleteonly)
c.data = 5
del c.data
c.setonly = 1
print(c.setonly)
del c.deleteonly
for source in ("c.deleteonly = 5", "del c.setonly", "C().setonly.x", "del c.nondata; print(c.nondata)",
        "C.data = 'replaced'; print(c.data)", "C().setonly is C.__dict__['setonly']"):
    try:
        exec(source)
        print(source, "ok")
    except AttributeError as error:
        print(source, error)


class Typed:
    def __init__(self, kind, *, default=None): self.kind, self.default = kind, default
    def __set_name__(self, owner, name): self.public, self.private = name, "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.private, self.default)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.public} must be {self.kind.__name__}, not {type(value).__name__}")
        setattr(instance, self.private, value)


class Person:
    name = Typed(str)
    age = Typed(int, default=0)
    def __init__(self, name): self.name = name


p = Person("Ada")
print(p.name, p.age, Person.age.kind, vars(p))
try:
    p.age = "old"
except TypeError as error:
    print(error)


class Lazy:
    def __init__(self, function): self.function = function
    def __set_name__(self, owner, name): self.name = name

    def __get__(self, instance, owner):
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Expensive:
    @Lazy
    def result(self):
        print("computing")
        return 42


e = Expensive()
print(e.result, e.result, vars(e))


class Meta(type):
    on_meta = Data("meta")
    shadow = Data("meta data wins over the class")
    weak = NonData()


class WithMeta(metaclass=Meta):
    shadow = "class attribute"
    weak = "class attribute wins over non-data"


print(WithMeta.on_meta, WithMeta.shadow, WithMeta.weak)
WithMeta.on_meta = 3


class InstanceGet: pass


i = InstanceGet()
i.__get__ = lambda *a: "not used"
C.plain = i
print(c.plain is i)


class RaisesGet:
    def __get__(self, instance, owner): raise ValueError("get failed")


class RaisesAttr:
    def __get__(self, instance, owner): raise AttributeError("hidden")


class D:
    bad, attr = RaisesGet(), RaisesAttr()
    def __getattr__(self, name): return f"getattr({name})"


try:
    D().bad
except ValueError as error:
    print(error)
print(D().attr, hasattr(D, "attr"), C.__dict__["nondata"].__get__(None, int), (lambda self: self).__get__(5)(),
    hasattr(len, "__get__"))
print(type(C.__dict__["__dict__"]).__name__, type(int.__dict__["real"]).__name__, type(str.__dict__["join"]).__name__,
    type(int.__dict__["__add__"]).__name__, type(dict.__dict__["fromkeys"]).__name__,
    type(str.__dict__["maketrans"]).__name__, type(type.__dict__["__mro__"]).__name__, type((1).__add__).__name__,
    type(object.__dict__["__class__"]).__name__)
for bad in (lambda: int.__dict__["real"].__get__("x", str), lambda: str.join.__get__(5, int),
        lambda: int.__add__("a", 1), lambda: list.append(5, 1), lambda: int.__dict__["real"].__set__(5, 1),
        lambda: dict.__dict__["fromkeys"].__get__(5), lambda: str.upper.__get__(None, None),
        lambda: str.__dict__["join"]()):
    try:
        print(bad())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
