"""Generic classes and aliases."""
import typing

T = typing.TypeVar("T")
for i in range(60):
    class Box(typing.Generic[T]):
        def __init__(self, item: T):
            self.item = item
    Box[int](1)
    list[int], dict[str, list[int]], int | None
