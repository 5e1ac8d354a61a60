# Packages: absolute and relative imports, __init__, submodules, __all__, __name__ and friends.
import sys
import shapes
import shapes.round.circle as circle
from shapes import square, helper as h
from shapes.round import circle as same, PI
from shapes.square import *
print(shapes.__name__, shapes.__package__, shapes.__path__[0].split("/")[-1], shapes.__spec__.name,
    shapes.__file__.split("/")[-2:], circle is same, square.area(3), h.twice(4), PI)
print(exported, "_hidden" in globals(), "not_exported" in globals(), circle.area(2), circle.__package__,
    circle.relation(), sorted(m for m in sys.modules if m.startswith("shapes")))
import shapes.round
print(shapes.round.circle is sys.modules["shapes.round.circle"], hasattr(shapes, "never"))
import shapes.lazy as lazy
print(lazy.dynamic, lazy.__dir__())
for source in ("import shapes.missing", "from shapes import missing", "from shapes.square import missing",
        "import shapes.square.deeper", "import missing_top.sub", "from . import x", "from .. import y",
        "from shapes.round import nothing_here", "from shapes.bad_all import *", "import shapes.raises",
        "import shapes.raises", "from shapes.lazy import absent", "import shapes.syntax_bad",
        "from shapes.circular_a import value", "import 5x", "__import__('')", "__import__(5)",
        "__import__('shapes', level=-1)", "__import__('shapes.round', fromlist=['circle']).circle.__name__"):
    try:
        exec(source)
        print(source, "ok")
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {str(error).split(' (/')[0]}",
            "name=" + repr(getattr(error, "name", None)))
print("shapes.raises" in sys.modules, __import__("shapes.round").__name__,
    __import__("shapes.round", fromlist=["x"]).__name__)
import importlib
print(importlib.import_module(".circle", "shapes.round") is circle, importlib.import_module("shapes.square") is square)
counter = importlib.import_module("shapes.counter")
print(counter.n, importlib.reload(counter) is counter, counter.n)
sys.modules["blocked"] = None
try:
    import blocked
except ImportError as error:
    print(type(error).__name__, error)
sys.modules["fake"] = "any object"
import fake
print(fake)


def local_import():
    import shapes.square as s, shapes.round.circle
    from shapes import (
        helper,
        square as q,
    )
    return s is q, shapes.round.circle is circle, sorted(locals())


print(local_import())
