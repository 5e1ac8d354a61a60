print("initialising", __name__)
from .helper import twice
__all__ = ["area", "exported"]
exported = "from __all__"
_hidden = 1
not_exported = 2


def area(side): return side * side
