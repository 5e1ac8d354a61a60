# __init_subclass__, __set_name__, __class_getitem__, class keyword arguments (PEP 487, 560).
class Plugin:
    found = {}

    def __init_subclass__(cls, /, name=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.found[name or cls.__name__] = cls
        print("init_subclass", cls.__name__, name)


class A(Plugin, name="alpha"): pass
class B(A): pass


print({k: v.__name__ for k, v in Plugin.found.items()})
for source in ("class C(Plugin, bad=1): pass", "class C(object, x=1): pass", "class C(metaclass=5): pass",
        "type('C', (Plugin,), {}, name='from type')", "class C(x=1): pass",
        "class C(Plugin, **{'name': 'starred'}): pass", "class C(*[Plugin]): pass"):
    try:
        exec(source)
        print(source, "ok")
    except TypeError as error:
        print(source, "->", error)


class Field:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name

    def __get__(self, instance, owner): return self if instance is None else f"{self.name} of {type(instance).__name__}"


class Model:
    first = Field()
    second = Field()
    third = same = Field()


m = Model()
print(m.first, m.second, m.same)
late = Field()
Model.late = late
try:
    m.late
except AttributeError as error:
    print(error)


class Failing:
    def __set_name__(self, owner, name): raise ValueError("no name for me")


try:
    class Broken:
        attribute = Failing()
except RuntimeError as error:
    print(error, "| cause:", repr(error.__cause__))


class Generic:
    def __class_getitem__(cls, item): return f"{cls.__name__}[{item}]"


class Sub(Generic): pass


print(Generic[int], Sub["x", 1])
try:
    Plugin[0]
except TypeError as error:
    print(error)


class Annotated:
    x: int = 1

    def __init_subclass__(cls): cls.fields = list(cls.__annotations__)


class More(Annotated):
    y: str
    z: "float" = 2.0


print(More.fields, More.__annotations__, Annotated.__annotations__)


class Cell:
    def method(self): return __class__
    first_bases = None




print(Cell().method() is Cell)


class UsesSuperInInitSubclass:
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.made_by = __class__.__name__


class Q(UsesSuperInInitSubclass): pass


print(Q.made_by)
