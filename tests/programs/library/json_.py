# json: dumps and loads with every option, and positions in the errors.
import json
from collections import OrderedDict
data = {"s": "é\"\\\n\u2028😀\x01", "i": 12345678901234567890, "f": [1.0, 1e100, -0.0, 1e-7, 0.1],
    "b": [True, False, None], "e": [[], {}, ""], "n": {"a": {"b": [{}]}}, 1: "int key", 2.5: "float key",
    None: "null key", True: "bool key"}
print(json.dumps(data))
print(json.dumps(data, ensure_ascii=False, indent=2))
print(json.dumps(data, separators=(",", ":"), indent=None), json.dumps([1, [2]], indent="\t"),
    json.dumps({"b": 1, "a": {"d": 1, "c": 2}}, sort_keys=True), json.dumps((1, 2)), json.dumps("x"),
    json.dumps(float("nan")), json.dumps([float("inf"), -float("inf")]), json.dumps([], indent=1),
    json.dumps({}, indent=1), json.dumps([{}], indent=0), sep="\n")


class Point:
    def __init__(self, x, y): self.x, self.y = x, y


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, Point):
            return {"__point__": [o.x, o.y]}
        if isinstance(o, set):
            return sorted(o)
        return super().default(o)


text = json.dumps({"p": Point(1, 2), "s": {3, 1}}, cls=Encoder)
print(text, json.loads(text, object_hook=lambda d: Point(*d["__point__"]) if "__point__" in d else d)["p"].y,
    json.dumps(Point(3, 4), default=vars))
print(json.loads('{"a": [1, 2.5, "x", null, true, false, -0, 1e3, {"b": {}}], "a2": "\\u00e9\\ud83d\\ude00\\/\\b"}'),
    json.loads(" [1 , 2 ] "), json.loads("[NaN, Infinity, -Infinity]"), json.loads(b'"bytes"'),
    json.loads('"\\ud800"').encode("utf-8", "replace"), json.loads('{"k": 1, "k": 2}'),
    json.loads("1.5", parse_float=str), json.loads("[1, 2]", parse_int=lambda s: s + "!"),
    json.loads("[NaN]", parse_constant=lambda c: f"<{c}>"), json.loads('{"b": 1, "a": 2}',
    object_pairs_hook=OrderedDict), json.loads('{"b": 1}', object_pairs_hook=list), json.loads('"a\tb"', strict=False),
    json.loads('"x"'.encode("utf-16")))
for bad in ("", " ", "{", "[", "[1,", "[1,]", "[1 2]", '{"a"}', '{"a":}', '{"a": 1,}', "{a: 1}", "{'a': 1}", "tru",
        "nul", "1.", ".5", "01", "-", "+1", '"abc', '"\\u12"', "[1] x", "{1: 2}", '["a" "b"]',
        "NaNN", "[,1]", "}", "\ufeff[1]", "--1", "1e", '{"a" 1}', "[\n1,\n2,\nx]"):
    try:
        print(repr(bad), json.loads(bad))
    except json.JSONDecodeError as error:
        print(repr(bad), "->", error, (error.msg, error.pos, error.lineno, error.colno))
loop = []
loop.append(loop)
deep = []
for _ in range(5000):
    deep = [deep]
for name, bad in (("loop", lambda: json.dumps(loop)), ("object", lambda: json.dumps(object)),
        ("set", lambda: json.dumps({1})), ("key", lambda: json.dumps({(1, 2): 3})),
        ("nan", lambda: json.dumps(float("nan"), allow_nan=False)), ("bytes", lambda: json.dumps(b"x")),
        ("complex", lambda: json.dumps([1j])), ("sort", lambda: json.dumps({1: 1, "a": 2}, sort_keys=True)),
        ("loads", lambda: json.loads(5)), ("none", lambda: json.loads(None)), ("deep", lambda: json.dumps(deep)),
        ("deep loads", lambda: json.loads("[" * 100000)), ("big", lambda: len(json.dumps(2 ** 1000)))):
    try:
        print(name, bad())
    except (TypeError, ValueError, RecursionError) as error:
        print(name, type(error).__name__, str(error).split(" while")[0].removesuffix(": nan"))
print(json.dumps({(1, 2): 3, "ok": 1}, skipkeys=True), list(json.JSONEncoder().iterencode([1, {"a": 2}])),
    json.JSONDecoder().raw_decode('[1] rest'), json.dumps(OrderedDict([("z", 1), ("a", 2)])),
    json.dumps({"enum": True}, indent=4))


class IntSub(int):
    def __repr__(self): return "not used"


class FloatSub(float):
    def __repr__(self): return "not used"


print(json.dumps([IntSub(5), FloatSub(2.5), type("S", (str,), {})("s"), type("L", (list,), {})([1])]),
    json.dumps({IntSub(1): 2}))
import io
out = io.StringIO()
json.dump({"a": [1, 2]}, out, indent=1)
print(out.getvalue(), json.load(io.StringIO("[3]")))
