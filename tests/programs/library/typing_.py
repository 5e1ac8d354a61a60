# typing: generics, protocols, NamedTuple, TypedDict, get_type_hints, special forms.
import typing
from typing import *
T, K = TypeVar("T"), TypeVar("K", bound=int)
print(List[int], Dict[str, List[int]], Optional[int], Union[int, str, int], Union[int], Callable[[int, str], bool],
    Callable[..., int], Tuple[int, ...], Tuple[()], Type[int], Any, NoReturn, ClassVar[int], Final[int],
    Literal[1, "a", None], Annotated[int, "meta", 5], Generic[T], T, K, Iterable[T], List[T][int], Dict[T, K][str, int],
    Union[T, int][str], Optional[Union[str, None]], sep="\n")


class Stack(Generic[T]):
    def __init__(self) -> None: self.items: List[T] = []
    def push(self, item: T) -> None: self.items.append(item)


class Pair(Stack[T], Generic[T, K]): pass


s = Stack[int]()
s.push(1)
print(s.items, Stack[int], Stack[int] == Stack[int], s.__orig_class__, Pair.__parameters__, Pair[str, int].__args__,
    Stack.__orig_bases__, get_origin(Dict[str, int]), get_args(Dict[str, int]), get_args(Callable[[int], str]),
    get_origin(List), get_args(int), isinstance(s, Stack))
for bad in (lambda: Stack[int, str], lambda: Pair[int], lambda: Union[()], lambda: Optional[1, 2], lambda: List[1],
        lambda: Callable[int], lambda: isinstance([], List[int]), lambda: Any(), lambda: Generic[int],
        lambda: TypeVar("X", int), lambda: TypeVar("A", bound=1), lambda: Literal[[]], lambda: ClassVar[int][str],
        lambda: Union[int, str](), lambda: type("S", (Any,), {}).__name__, lambda: List[int].nope,
        lambda: Final[int, str], lambda: issubclass(int, Union[int, str]), lambda: NewType("N", int)(5)):
    try:
        print(bad())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)


@runtime_checkable
class Sized2(Protocol):
    def __len__(self) -> int: ...


class HasName(Protocol):
    name: str


print(isinstance([], Sized2), isinstance(5, Sized2), issubclass(list, Sized2))
try:
    isinstance(5, HasName)
except TypeError as error:
    print(error)
try:
    HasName()
except TypeError as error:
    print(error)


class Employee(NamedTuple):
    name: str
    id: int = 3
    def label(self): return f"{self.name}#{self.id}"


class Movie(TypedDict, total=False):
    title: Required[str]
    year: int


e = Employee("Guido")
print(e, e.label(), Employee.__annotations__, Employee._field_defaults, Movie(title="x"), Movie.__required_keys__,
    Movie.__optional_keys__, Movie.__total__)


class Node:
    next: "Optional[Node]"
    value: ClassVar["int"] = 0
    def link(self, other: "Node", n: int = None) -> "List[Node]": ...


print(get_type_hints(Node), get_type_hints(Node.link), get_type_hints(Employee.label), get_type_hints(Stack.push),
    sep="\n")
try:
    get_type_hints(type("B", (), {"__annotations__": {"x": "Undefined"}}))
except NameError as error:
    print(error)
UserId = NewType("UserId", int)
print(UserId(5), UserId.__name__, UserId, cast(int, "not checked"), TYPE_CHECKING, ForwardRef("X"), int | List[int],
    List[int] | None, Literal[1] == Literal[1], hash(Union[int, str]) == hash(Union[str, int]), Self, Never,
    LiteralString, Concatenate[int, ParamSpec("P")], Unpack[Tuple[int]], TypeVarTuple("Ts"))


@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x): return x


@final
class Sealed: pass


@no_type_check
def unchecked(x: "nonsense here") -> 5: pass


print(f(5), len(get_overloads(f)), Sealed.__final__, reveal_type.__name__,
    get_type_hints(Annotated[int, 1].__class__) == {}, is_typeddict(Movie), assert_never.__name__,
    Annotated[int, 5].__metadata__, List.__origin__, List._name)
try:
    f.__wrapped__
except AttributeError as error:
    print(error)
try:
    get_overloads(f)[0](1)
except NotImplementedError as error:
    print(str(error)[:40])
