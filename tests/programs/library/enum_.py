# enum: members, aliases, auto, flags, functional API, lookups and errors.
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, unique, member, nonmember, verify, UNIQUE, CONTINUOUS


class Color(Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1

    @property
    def pretty(self): return self.name.title()

    @classmethod
    def default(cls): return cls.GREEN


print(Color.RED, repr(Color.RED), Color(2), Color["RED"], Color.CRIMSON is Color.RED, list(Color), len(Color),
    Color.__members__, Color.RED.pretty, Color.default(), Color.RED.name, Color.RED.value, Color.RED in Color,
    isinstance(Color.RED, Color), hash(Color.RED) == hash("RED"), {Color.RED: 1}[Color.CRIMSON], f"{Color.RED}",
    f"{Color.RED:>12}", Color.RED == 1, Color.RED != Color.GREEN, type(Color.RED),
    sorted(n for n in dir(Color) if n[0] != "_"))
for source in ("Color(9)", "Color['NOPE']", "Color.NOPE", "Color.RED < Color.GREEN", "Color.RED.value.x", "Color()",
        "Color.RED.RED", "1 in Color", "Color.RED = 5", "del Color.RED", "class More(Color): X = 3",
        "class D(Enum):\n A = 1\n A = 2", "@unique\nclass U(Enum):\n A = 1\n B = 1", "Color.RED.value = 3",
        "Color('x')", "Color(None)"):
    try:
        exec(source)
        print(source, "ok")
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")


class Level(IntEnum):
    LOW = auto()
    HIGH = 10
    HIGHER = auto()


class Perm(Flag):
    R, W, X = 4, 2, 1
    RW = R | W


class Mode(IntFlag):
    A = 1
    B = 2


class Name(StrEnum):
    FIRST = auto()
    SECOND = "2nd"


print(list(Level), Level.HIGH + 1, Level.LOW < 5, Level.HIGHER, f"{Level.HIGH:03d}", str(Level.LOW), repr(Level.LOW),
    int(Level.HIGH), [1, 2][Level.LOW], Name.FIRST, Name.FIRST + "!", Name("2nd"), repr(Name.SECOND),
    Level(10) is Level.HIGH, max(Level))
print(Perm.R | Perm.X, Perm.RW, ~Perm.R, Perm.R & Perm.W, bool(Perm(0)), Perm(7), Perm.RW ^ Perm.R, Perm.R in Perm.RW,
    list(Perm.RW), len(Perm.RW), repr(Perm(0)), Mode.A | 4, Mode(8), Mode.A | Mode.B, repr(Mode.A | 16), Perm.R.name,
    (Perm.R | Perm.X).name, list(Perm))
for bad in (lambda: Perm(8), lambda: Perm.R | 1, lambda: Perm("x"), lambda: Level("x"), lambda: StrEnum("S", {"a": 1})):
    try:
        print(bad())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
Animal = Enum("Animal", "CAT DOG")
print(list(Animal), Enum("E", {"a": "x", "b": "y"})("y"), Enum("F", [("q", 5)]).q.value,
    Enum("G", ["m", "n"], start=10).n.value)


class Planet(Enum):
    EARTH = (5.97e24, 6.37e6)
    MARS = (6.42e23, 3.39e6)
    def __init__(self, mass, radius): self.mass, self.radius = mass, radius
    @property
    def gravity(self): return round(6.67e-11 * self.mass / self.radius ** 2, 2)


class Missing(Enum):
    A = "a"
    @classmethod
    def _missing_(cls, value): return cls.A if isinstance(value, str) and value.lower() == "a" else None


class Auto(Enum):
    def _generate_next_value_(name, start, count, last): return name.lower() * (count + 1)
    X = auto()
    Y = auto()


class Ops(Enum):
    ADD = member(lambda a, b: a + b)
    HELPER = nonmember(42)
    def __call__(self, *args): return self.value(*args)


print(Planet.EARTH.gravity, Planet((6.42e23, 3.39e6)), Missing("A"), [m.value for m in Auto], Ops.ADD(2, 3), Ops.HELPER)
try:
    Missing("zz")
except ValueError as error:
    print(error)
try:
    @verify(CONTINUOUS)
    class Gap(Enum):
        A = 1
        C = 3
except ValueError as error:
    print(error)
import pickle, copy
print(pickle.loads(pickle.dumps(Color.RED)) is Color.RED, copy.deepcopy(Perm.RW) is Perm.RW, Color.__class__.__name__,
    Color.__doc__)
match Color.RED:
    case Color.GREEN: print("green")
    case Color.RED: print("red")
