# bool: a subclass of int with two instances.
print(True, repr(False), str(True), int(True), float(True), complex(False), True + True, True / 2, [10, 20][True],
    -True, +True, ~True, abs(True))
print(True & False, True | 0, True ^ True, type(True & True), type(True & 1), True < 2, True == 1.0, hash(True),
    {True: "t", 1: "one", 1.0: "f"})
print(bool([]), bool([0]), bool(None), bool("False"), bool(0.0), bool(float("nan")), bool(bool), not [],
    f"{True} {True:d} {True:5} {True!r:>6}", "%s %d %r" % (True, True, False))
print(isinstance(True, int), issubclass(bool, int), type(not 5), True is not False, sum([True, True, False]),
    sorted([True, False, 2, -1]), max(True, 1), min(0, False))
print(True.real, True.imag, True.bit_length(), True.__and__(5), True.__rand__(4), True.to_bytes(2, "big"),
    bool.from_bytes(b"\x00\x02", "big"), int.from_bytes(b"\1", "big"))
for source in ("bool(1, 2)", "bool(x=1)", "True < 'a'", "True()", "True[0]", "True.x = 1", "del True.real"):
    try:
        exec(source)
        print(source, "ok")
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
