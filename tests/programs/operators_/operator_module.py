# The operator module: functions, itemgetter, attrgetter, methodcaller, in-place forms.
import operator as op
print(op.add(1, 2), op.sub(5, 3), op.mul("a", 3), op.truediv(7, 2), op.floordiv(7, 2), op.mod(7, 3), op.pow(2, 5),
    op.lshift(1, 4), op.rshift(16, 2), op.and_(6, 3), op.or_(6, 3), op.xor(6, 3), op.invert(5), op.neg(5), op.pos(-5),
    op.abs(-5), op.not_([]), op.truth([1]), op.is_(1, 1), op.is_not(1, None), op.index(True), op.concat([1], [2]),
    op.contains("abc", "b"), op.countOf([1, 2, 1], 1), op.indexOf("abc", "c"), op.getitem({"k": 1}, "k"), op.lt(1, 2),
    op.le(2, 2), op.eq(1, 1.0), op.ne(1, 2), op.ge(1, 2), op.gt(3, 2))
l = [1, 2, 3, 4]
op.setitem(l, 0, "s"); op.delitem(l, 1); op.setitem(l, slice(1, 3), "xy"); print(l, op.iadd([1], [2]), op.imul([1], 2),
    op.iconcat("a", "b"), op.isub(5, 2), op.ior({1}, {2}), op.length_hint(iter([1, 2])), op.length_hint(5, 7),
    op.call(max, 3, 9), op.matmul.__name__)
a = [1]
b = op.iadd(a, (2,))
print(a is b, a)
first, pair = op.itemgetter(0), op.itemgetter(2, 0)
print(first("abc"), pair("abc"), op.itemgetter("x")({"x": 5}), op.itemgetter(slice(1, 3))("hello"),
    sorted([(1, "b"), (2, "a")], key=op.itemgetter(1)), op.itemgetter(-1)([1, 2]), repr(pair),
    op.attrgetter("real", "imag")(3 + 4j), op.attrgetter("__class__.__name__")(5), repr(op.attrgetter("a.b", "c")),
    op.methodcaller("upper")("abc"), op.methodcaller("split", ",", maxsplit=1)("a,b,c"),
    repr(op.methodcaller("f", 1, k=2)))
for source in ("op.add(1)", "op.add(1, 'a')", "op.itemgetter()", "op.itemgetter(5)('abc')", "op.attrgetter()",
        "op.attrgetter(5)", "op.attrgetter('a..b')(5)", "op.attrgetter('nope')(5)", "op.methodcaller()",
        "op.methodcaller(5)", "op.methodcaller('nope')(5)", "op.indexOf('abc', 'z')", "op.countOf(5, 1)",
        "op.index(1.5)", "op.length_hint(5)", "op.length_hint([], 'x')", "op.concat(1, 2)", "op.contains(5, 1)",
        "op.truth()", "op.call()", "op.getitem([1], 5)", "op.setitem((1,), 0, 1)", "op.iconcat(1, 2)",
        "op.itemgetter(0)(5)", "op.itemgetter(0)()", "op.itemgetter(0)(x=1)", "op.methodcaller('upper')()"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
import copy
import pickle
print(pickle.loads(pickle.dumps(op.itemgetter(1)))("abc"), copy.copy(op.methodcaller("upper"))("q"),
    len([n for n in dir(op) if not n.startswith("_")]))
