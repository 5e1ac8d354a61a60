# math, struct, statistics.
import math
import struct
import statistics
inf, nan = math.inf, math.nan
for name, args in (("sqrt", (2,)), ("cbrt", (27,)), ("exp", (1,)), ("exp2", (10,)), ("expm1", (1e-10,)), ("log", (10,)),
        ("log", (8, 2)), ("log2", (8,)), ("log10", (1000,)), ("log1p", (1e-10,)), ("sin", (1,)), ("cos", (1,)),
        ("tan", (1,)), ("asin", (1,)), ("acos", (0,)), ("atan", (1,)), ("atan2", (1, -1)), ("sinh", (1,)),
        ("cosh", (1,)), ("tanh", (0.5,)), ("asinh", (1,)), ("acosh", (2,)), ("atanh", (0.5,)), ("hypot", (3, 4)),
        ("hypot", (1, 2, 2)), ("dist", ((1, 2), (4, 6))), ("degrees", (math.pi,)), ("radians", (180,)),
        ("floor", (-1.5,)), ("ceil", (1.2,)), ("trunc", (-1.7,)), ("fabs", (-2,)), ("fmod", (-7, 3)),
        ("remainder", (7, 4)),
                   ("modf", (-2.5,)), ("frexp", (10,)), ("ldexp", (0.5, 4)), ("gcd", (12, 18, 27)), ("gcd", ()),
                       ("lcm", (4, 6)), ("factorial", (20,)), ("comb", (10, 3)), ("comb", (100, 50)), ("perm", (5, 2)),
                       ("perm", (5,)), ("isqrt", (10 ** 20,)), ("prod", ([2, 3, 4],)), ("fsum", ([0.1] * 10,)),
                       ("copysign", (1, -0.0)), ("isclose", (1, 1 + 1e-10)), ("isinf", (inf,)), ("isnan", (nan,)),
                       ("isfinite", (1,)), ("gamma", (5,)), ("lgamma", (100,)), ("erf", (0.5,)), ("erfc", (0.5,)),
                       ("nextafter", (1, 2)), ("ulp", (1,)), ("pow", (2, 0.5)), ("log", (10 ** 400,)),
                       ("log2", (2 ** 2000,)), ("floor", (10 ** 30,)), ("pow", (nan, 0)), ("atan2", (0.0, -0.0)),
                       ("fmod", (5, inf)), ("log10", (10 ** 310,))):
    result = getattr(math, name)(*args)
    print(name, args if len(str(args)) < 60 else "...", f"{result:.13g}" if isinstance(result, float) else result)
for source in ("math.sqrt(-1)", "math.log(0)", "math.log(-1)", "math.exp(1000)", "math.factorial(-1)",
        "math.factorial(1.5)", "math.gcd(1.5)", "math.sqrt('a')", "math.floor('a')", "math.floor(inf)",
        "math.ceil(nan)", "math.pow(0, -1)", "math.acos(2)", "math.fmod(1, 0)", "math.ldexp(1, 10000)",
        "math.isqrt(-1)", "math.comb(-1, 2)", "math.comb(3, 5)", "math.perm(3, -1)", "math.prod(['a'])",
        "math.fsum(['a'])", "math.fsum([1e308, 1e308])", "math.dist([1], [1, 2])", "math.gamma(0)", "math.lgamma(-1)",
        "math.log(5, 1)", "math.sqrt()", "math.sin(inf)", "math.tan(1j)", "math.trunc('x')", "math.sqrt(10**400)",
        "math.remainder(1, 0)", "math.hypot()", "math.isclose(1, 2, rel_tol=-1)", "math.log(8, 0)",
        "math.prod([1, 2], start='a')", "math.cosh(1000)", "math.log1p(-1)", "math.atanh(1)", "math.factorial(10**20)",
        "math.pi, math.e, math.tau"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
print(struct.pack("<bBhHiIqQ", -1, 255, -2, 65535, -3, 2 ** 32 - 1, -4, 2 ** 64 - 1).hex(), struct.pack(">if", 1, 1.5),
    struct.pack("=3s5p?c", b"abcd", b"xyz", True, b"c"), struct.unpack("<hxxI", struct.pack("<hxxI", -5, 7)),
    struct.calcsize("@bi"), struct.calcsize("<bi"), struct.calcsize("@qb0q"),
    struct.unpack(">e", struct.pack(">e", 0.1)), struct.unpack("<d", bytes(range(8))),
    list(struct.iter_unpack("<H", b"\1\0\2\0")), struct.pack("2i", 1, 2), struct.unpack_from("<B", b"abc", 2),
    struct.pack("n", -1) == struct.pack("q", -1), struct.Struct("<2h").size, struct.Struct("<2h").format,
    struct.pack("", ), struct.pack("0s", b"x"), struct.unpack("<?", b"\x05"))
buffer = bytearray(8)
struct.pack_into("<HH", buffer, 2, 1, 2)
print(buffer)
for source in ("struct.pack('b', 200)", "struct.pack('B', -1)", "struct.pack('i', 'a')", "struct.pack('i', 1.5)",
        "struct.pack('q', 2**63)", "struct.pack('ii', 1)", "struct.unpack('i', b'abc')", "struct.pack('z', 1)",
        "struct.pack('c', 'a')", "struct.pack('c', b'ab')", "struct.pack('s', 'x')", "struct.pack('f', 1e300)",
        "struct.calcsize('5')", "struct.unpack_from('i', b'ab')", "struct.pack_into('i', b'abcd', 0, 1)",
        "struct.pack_into('i', bytearray(2), 0, 1)", "list(struct.iter_unpack('h', b'abc'))", "struct.pack('e', 1e6)",
        "struct.pack('<n', 1)", "struct.Struct(5)", "struct.pack('H', None)", "struct.pack('2s 3', b'a')"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
data = [2.5, 3.25, 5.5, 11, 7, 7]
from fractions import Fraction
print(statistics.mean(data), statistics.median(data), statistics.mode(data), statistics.stdev(data),
    statistics.pvariance([1, 2, 3]), statistics.multimode("aabb"), statistics.median_low([1, 2, 3, 4]),
    statistics.median_high([1, 2, 3, 4]), statistics.harmonic_mean([40, 60]), statistics.geometric_mean([1, 4]),
    statistics.quantiles(range(1, 10), n=4), statistics.fmean([1, 2]),
    statistics.mean([Fraction(1, 2), Fraction(1, 3)]), statistics.correlation([1, 2, 3], [1, 3, 2]),
    statistics.linear_regression([1, 2, 3], [2, 4, 6]), statistics.NormalDist(100, 15).cdf(115),
    statistics.NormalDist.from_samples(data), statistics.median_grouped([1, 2, 2, 3]),
    statistics.covariance([1, 2], [3, 5]))
for bad in (lambda: statistics.mean([]), lambda: statistics.mode([]), lambda: statistics.stdev([1]),
        lambda: statistics.mean(["a"]), lambda: statistics.harmonic_mean([-1])):
    try:
        print(bad())
    except (statistics.StatisticsError, TypeError) as error:
        print(type(error).__name__, error)
