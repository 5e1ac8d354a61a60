"""minipy's own tools: what the subcommands of the `minipy` command do in Python, and watching from inside a program.

The package is part of the executable. `minipy help` lists the subcommands.
"""

import _imp
import _minipy
import sys
import types

__all__ = ["events", "refs", "layout", "describe", "Event", "Field", "References"]


class _Loader:
    """Finds and loads the modules of this package, and has their sources. They are inside the executable, which counts as
    their folder, as an archive does for zipimport."""

    def __init__(self):
        self.folder = f"{sys.executable or 'minipy'}/minipy"

    def find_spec(self, name, target=None):
        if _minipy.source(name) is None:
            return None
        spec = type(__spec__)(name, self, origin=self.get_filename(name), is_package=self.is_package(name))
        spec.has_location = True
        if self.is_package(name):
            spec.submodule_search_locations.append(self.folder)
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self.get_code(module.__name__), module.__dict__)

    def get_code(self, name):
        code = _imp.get_frozen_object(name)
        _imp._fix_co_filename(code, self.get_filename(name))
        return code

    def get_source(self, name):
        source = _minipy.source(name)
        if source is None:
            raise ImportError(f"the package has no module {name!r}", name=name)
        return source

    def get_filename(self, name):
        return f"{self.folder}/{'__init__' if self.is_package(name) else name.rpartition('.')[2]}.py"

    def is_package(self, name):
        return name == "minipy"


# Found as a frozen module without a source, the package takes its own loader.
if __spec__.origin == "frozen":
    __loader__ = _Loader()
    __path__ = [__loader__.folder]
    __file__ = __loader__.get_filename(__name__)
    __spec__ = __loader__.find_spec(__name__)
    sys.path_importer_cache[__loader__.folder] = __loader__
    _imp._fix_co_filename(sys._getframe().f_code, __file__)
    _minipy.leave_out(__loader__.folder)


class Event(types.SimpleNamespace):
    """One event. `kind` says what it is about; the other attributes are the fields of its JSON (docs/views)."""


class events:
    """A context manager that records events of the kinds that are given: "calls", "exceptions", "specialise",
    "instructions", "gc", "gc.details", "memory", "intern", "gil", "all", several joined by commas. It gives a list, which
    is filled when the block ends. Events of this package itself are left out.

    >>> with minipy.events("gc") as seen:
    ...     gc.collect()
    >>> seen[0].generation
    2
    """

    def __init__(self, kinds="gc"):
        self.kinds = kinds

    def __enter__(self):
        self.seen = []
        self._handle = _minipy.trace_start(self.kinds)
        return self.seen

    def __exit__(self, *exception):
        text = _minipy.trace_stop(self._handle)
        import json
        self.seen.extend(Event(**json.loads(line)) for line in text.splitlines())


def describe(obj):
    """A short text about an object; none of its own code runs."""
    return _minipy.describe(obj)


class References(types.SimpleNamespace):
    """What refers to an object: `count` (its reference count), `referrers` (pairs of an object and how it refers),
    `unexplained` (references that the collector's objects do not hold: variables of running functions, C++ code)."""


def refs(obj):
    """Who refers to obj, and how. The references that this call itself holds are left out."""
    import gc
    count = sys.getrefcount(obj) - 2  # the argument of this function and that of getrefcount()
    referrers = []
    held = 0
    for source in gc.get_referrers(obj):
        if source is sys._getframe():
            continue
        for target in gc.get_referents(source):
            held += target is obj
        referrers.append((source, _minipy.reference(source, obj)))
    return References(count=count, referrers=referrers, unexplained=count - held)


class Field(tuple):
    """A field of an object's memory: offset, size, name, value (a text)."""

    __slots__ = ()
    offset = property(lambda self: self[0], doc="from the object's address; negative: before the object")
    size = property(lambda self: self[1], doc="in bytes")
    name = property(lambda self: self[2])
    value = property(lambda self: self[3])

    def __repr__(self):
        return f"{self.offset:>5} {self.size:>4} {self.name:<24} {self.value}"


def layout(obj):
    """The fields of an object's memory, as a list of Field."""
    return [Field(row) for row in sorted(_minipy.layout(obj), key=lambda row: row[0])]
