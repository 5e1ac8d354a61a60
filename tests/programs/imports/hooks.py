# Import hooks: meta path finders, path hooks, loaders, module types, find_spec.
import importlib.abc
import importlib.machinery
import importlib.util
import sys


class Virtual(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    sources = {"virtual": "x = 1\nfrom virtual.child import y", "virtual.child": "y = __name__ + ' value'",
        "virtual.bad": "1/0"}

    def find_spec(self, name, path, target=None):
        if name in self.sources:
            print("find", name, path is not None)
            return importlib.machinery.ModuleSpec(name, self, is_package=name == "virtual")

    def create_module(self, spec): return None
    def exec_module(self, module): exec(self.sources[module.__name__], module.__dict__)


sys.meta_path.insert(0, Virtual())
import virtual
print(virtual.x, virtual.y, virtual.__spec__.submodule_search_locations, virtual.__loader__.__class__.__name__,
    repr(virtual).split(" (")[0])
try:
    import virtual.bad
except ZeroDivisionError as error:
    print(error, "virtual.bad" in sys.modules)
print(importlib.util.find_spec("json").name, importlib.util.find_spec("no_such"),
    importlib.util.find_spec("sys").origin, importlib.util.find_spec("os").has_location)
try:
    importlib.util.find_spec("json.nope.deeper")
except ModuleNotFoundError as error:
    print(error)
spec = importlib.util.spec_from_file_location("from_file", "tool/work.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.answer, module.__name__, module.__file__.split("/")[-1], spec.cached is not None,
    "from_file" in sys.modules)
import types
m = types.ModuleType("hand_made", "its doc")
print(m.__name__, m.__doc__, m.__spec__, m.__loader__, m, sorted(vars(m)))
for bad in (lambda: types.ModuleType(), lambda: types.ModuleType(5), lambda: m.nothing, lambda: sys.nothing,
        lambda: setattr(m, "__dict__", {})):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(error)


class Special(types.ModuleType):
    @property
    def computed(self): return "computed " + self.__name__


m.__class__ = Special
print(m.computed)
try:
    m.__class__ = int
except TypeError as error:
    print(error)
print("sys" in sys.builtin_module_names, "builtins" in sys.modules, sys.path_importer_cache is not None)
print([name for f in sys.meta_path if (name := getattr(f, "__name__", "")) in ("BuiltinImporter", "FrozenImporter", "PathFinder")])
import builtins
original = builtins.__import__


def traced(name, *args, **kwargs):
    if name != "_io":
        print("importing", name, args[2:], len(args))
    return original(name, *args, **kwargs)


builtins.__import__ = traced
import json.decoder as jd
from tool import work
builtins.__import__ = original
