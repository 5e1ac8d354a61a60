# int(): from text, bytes and objects, with bases; and int to text.
for args in [("12",), (" \t12\n",), ("-0x1F", 16), ("0b101", 0), ("0o17", 0), ("0xff", 0), ("1_000", 10), ("z", 36),
        ("-Zz", 36), ("٣",), (b"12",),
             (bytearray(b"-7"),), (3.99,), (-3.99,), (True,), ("00", 0), ("1e3",), ("",), ("1__0",), ("_1",), ("1_",),
                 ("12", 1), ("12", 37), ("9", 8),
             ("0x", 16), ("010", 0), ("0b2", 0), ("é",), (None,), ([],), (1j,), (float("inf"),), (float("nan"),),
                 (12, 10), ("12", "10"), (" ",),
             ("- 1",), ("+1",), ("--1",), ("1\0",), (b"\xff",), ("12", 2.0), (10**20 + 0.5,), ("1" * 30, 2),
                 ("٣" * 3, 10), ("0_7", 0), ("0x_f", 16)]:
    try:
        print(args, "->", int(*args))
    except Exception as error:
        print(args, "->", type(error).__name__, error)


class WithInt:
    def __int__(self): return 7


class WithIndex:
    def __index__(self): return 8


class WithTrunc:
    def __trunc__(self): return 9


class BadInt:
    def __int__(self): return "x"


class Sub(int):
    pass


class SubInt:
    def __int__(self): return Sub(3)


import warnings
warnings.simplefilter("ignore")
for value in (WithInt(), WithIndex(), WithTrunc(), BadInt(), SubInt(), Sub(5), object()):
    try:
        print(type(value).__name__, int(value), type(int(value)).__name__)
    except TypeError as error:
        print(error)
print(int(), int(x := "5"), int("5", base=7), bin(10), hex(-255), oct(8), bin(WithIndex()),
    f"{255:#x} {255:X} {255:08b} {-255:#o}")
try:
    hex(1.5)
except TypeError as error:
    print(error)
print(int.from_bytes(b"\x01\x02", "big"), int.from_bytes(b"\xff\xfe", "little", signed=True), int.from_bytes([1, 0]),
    (1000).to_bytes(2, "big"),
      (-2).to_bytes(3, "little", signed=True), (0).to_bytes(), (5).to_bytes(0 + 1))
for source in ("(256).to_bytes(1, 'big')", "(-1).to_bytes(1, 'big')", "(1).to_bytes(-1, 'big')",
        "(1).to_bytes(1, 'middle')", "int.from_bytes('ab', 'big')",
               "(128).to_bytes(1, 'big', signed=True)", "int.from_bytes([300], 'big')"):
    try:
        print(eval(source))
    except Exception as error:
        print(source, "->", type(error).__name__, error)
