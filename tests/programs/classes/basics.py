# Classes: creation, lookup, binding, special attributes, errors.
class Animal:
    """An animal."""
    kind = "generic"
    registry = []

    def __init__(self, name, *, legs=4):
        self.name = name
        self.legs = legs
        self.registry.append(name)

    def speak(self, loudly=False):
        text = f"{self.name} the {self.kind}"
        return text.upper() if loudly else text

    def __repr__(self): return f"{type(self).__name__}({self.name!r})"


class Dog(Animal):
    kind = "dog"

    def speak(self, *args): return super().speak(*args) + " barks"


a, d = Animal("generic"), Dog("Rex", legs=3)
print(a, d, a.speak(), d.speak(True), Dog.speak(d), Animal.speak(d), d.legs, Animal.registry,
    d.registry is Animal.registry)
a.kind = "own"
print(a.kind, Animal.kind, d.kind, sorted(vars(a)), a.__class__, a.__dict__)
del a.kind
print(a.kind, Animal.__doc__, Dog.__doc__, Dog.__name__, Dog.__qualname__, Dog.__module__, Dog.__bases__, Dog.__mro__,
    Dog.__base__, Animal.__subclasses__())
print(isinstance(d, Animal), issubclass(Dog, Animal), isinstance(a, (int, Dog)), issubclass(bool, (str, int)),
    type(d) is Dog, d.__class__.__mro__[1] is Animal, isinstance(5, int | str), isinstance(None, int | None))
for source in ("Animal()", "Animal('x', 4)", "Animal('x', wings=2)", "Dog.nope", "d.nope", "d()", "d + 1", "len(d)",
        "d[0]", "del_ := d.speak.nope", "isinstance(d, 5)", "issubclass(d, Animal)", "issubclass(Dog, 'x')",
        "Animal.speak()", "Dog.__init__()", "object(1)", "object.__new__()", "object.__new__(5)", "object.__new__(int)",
        "type('X', (5,), {})",
               "type('X', 5, {})", "type(5, (), {})", "type('X', (), 5)", "type(1, 2)", "type('X', (int, str), {})",
                   "type('X', (bool,), {})", "type('X', (object, Animal), {})", "type('X', (Animal, Animal), {})",
                   "Animal.__new__(Dog).nope", "iter(d)", "next(d)", "hash(d) is None", "d < a", "float(d)",
                   "with_ := [*d]", "d.speak = 5", "isinstance(d, list[int])", "isinstance(5, (int, 'x'))",
                   "isinstance('a', (int, 'x'))"):
    try:
        print(source, "=", eval(source))
    except SyntaxError:
        print(source, "syntax")
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
for source in ("Animal.__name__ = 5", "del Animal.__name__", "Animal.__name__ = 'Beast'", "d.__class__ = 5",
        "d.__class__ = int", "d.__class__ = Animal", "d.__dict__ = 5", "d.__dict__ = {'name': 'swapped', 'legs': 1}",
        "Animal.__bases__ = ()", "Dog.__bases__ = (object,)", "Animal.__dict__['x'] = 1", "int.x = 1", "del int.real",
        "object.x = 1", "Dog.__mro__ = ()", "del d.nope", "del Dog.nope", "Dog.__doc__ = 'new'", "Dog.__module__ = 'm'",
        "Dog.__qualname__ = 3"):
    try:
        exec(source)
        print(source, "ok")
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
print(Animal, d, d.name, Dog.__doc__, Dog)
Empty = type("Empty", (), {})
print(Empty().__dict__, repr(Empty()).split(" object")[0], repr(object()).split(" at")[0], Empty.__dict__.keys(),
    sorted(dir(Empty))[:5], Empty.mro())
