# inspect: signatures, members, sources, kinds of objects.
import functools
import inspect


def f(a, b: int = 2, /, c="x", *args: str, d, e: float = 5.0, **kw) -> "R":
    """The docstring
       of several lines.
    """
    return a


class Base:
    "Base doc."
    def method(self, x, y=1): "method doc"
    @classmethod
    def cls(cls, z): pass
    @staticmethod
    def static(w): pass
    @property
    def prop(self): return 1


class Derived(Base):
    attribute = 5
    def method(self, x, y=1, *more): pass
    def __call__(self, q): pass


s = inspect.signature(f)
print(s, list(s.parameters), s.return_annotation, [str(p.kind) for p in s.parameters.values()], s.parameters["b"],
    s.parameters["b"].default, s.parameters["c"].annotation is inspect.Parameter.empty, repr(s.parameters["d"]),
    s.bind(1, 2, 3, 4, d=5, z=6), s.bind(1, d=2).arguments, s.replace(return_annotation=int), s == inspect.signature(f))
b = s.bind(1, d=2)
b.apply_defaults()
print(b.args, b.kwargs)
for bad in (lambda: s.bind(), lambda: s.bind(1), lambda: s.bind(1, d=1, b=2) , lambda: inspect.signature(5),
        lambda: inspect.Parameter("1x", inspect.Parameter.POSITIONAL_ONLY),
        lambda: inspect.Signature([inspect.Parameter("a", inspect.Parameter.KEYWORD_ONLY),
        inspect.Parameter("b", inspect.Parameter.POSITIONAL_ONLY)]), lambda: inspect.getsource(len),
        lambda: inspect.getfullargspec(5)):
    try:
        print(bad())
    except (TypeError, ValueError, OSError) as error:
        print(type(error).__name__, error)
d = Derived()
for o in (d.method, Derived.method, Derived.cls, Derived.static, d, functools.partial(f, 1, d=3),
        functools.partial(f, 1, c=2), lambda x, *, y=1: 0, len, sorted, print, "".join, dict.get, isinstance, Derived,
        functools.wraps(f)(lambda *a: 0), pow, sum, [].sort, max, int, type, object.__init__, str.split):
    try:
        print(getattr(o, "__name__", type(o).__name__), inspect.signature(o))
    except ValueError as error:
        print("no signature", getattr(o, "__name__", "?"))
print(inspect.getdoc(f), inspect.getdoc(Derived.method), inspect.getdoc(Derived), inspect.cleandoc("  a\n    b\n   c"),
    inspect.getfullargspec(f), inspect.getmodule(f).__name__, inspect.getcallargs(lambda a, b=2, *c: 0, 1, 5, 6),
    sep="\n")
print([n for n, _ in inspect.getmembers(Derived) if not n.startswith("_")],
    [n for n, _ in inspect.getmembers(Derived, inspect.isfunction) if n[0] != "_"], inspect.getmro(Derived),
    inspect.classify_class_attrs(Derived)[-1].kind, inspect.isclass(Derived), inspect.ismethod(d.method),
    inspect.isfunction(f), inspect.isbuiltin(len), inspect.isroutine("".join),
    inspect.isgeneratorfunction(lambda: (yield)), inspect.ismodule(inspect), inspect.isdatadescriptor(Base.prop),
    inspect.ismethoddescriptor(str.join), inspect.isabstract(Base), inspect.iscode(f.__code__),
    inspect.isframe(inspect.currentframe()))
print(inspect.getsource(Base.method), inspect.getsourcelines(f)[1], inspect.getsourcefile(f).split("/")[-1],
    inspect.getcomments(commented := f), inspect.unwrap(functools.wraps(f)(lambda: 0)) is f,
    inspect.getattr_static(d, "prop") is Base.prop, inspect.indentsize("    x"), inspect.formatannotation(list[int]),
    inspect.get_annotations(f))
print(inspect.getsource(lambda: (1,
                                2)))


def gen():
    x = yield 1


g = gen()
next(g)
print(inspect.getgeneratorstate(g), inspect.getgeneratorlocals(g), inspect.getinnerframes.__name__, inspect.CO_VARARGS,
    inspect.getclasstree([Derived, Base]), inspect.stack()[0].function)
