# The shortest text that reads back as the same value, and the edges of the format.
import sys
values = [0.1, 0.2 + 0.1, 1 / 3, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 0.00012345, 5e-324,
    2.2250738585072014e-308, 1.7976931348623157e308, -0.0, 1e22, 1e23,
          9007199254740993.0, 4.35, 2.675, 1e100, 1.5, 100.0, float("inf"), float("-inf"), float("nan"), 3.0e-310,
              0.1 + 0.7, 1.1 * 3, 2 ** 0.5, 299792458.0]
for value in values:
    text = repr(value)
    assert value != value or float(text) == value
    print(text, str(value), f"{value}", f"{value:.3f}" if abs(value) < 1e20 else "", f"{value:.5e}", f"{value:.4g}",
        f"{value:g}", value.hex())
print(sys.float_info)
print(float.fromhex("0x1.8p+1"), float.fromhex("-0X.8P-3"), float.fromhex("inf"), float.fromhex("0x1p-1074"),
    float.fromhex("1.4"), float.fromhex("0x1.fffffffffffff8p0"))
for bad in ("0x", "1.2.3", "0x1p", "0x1p2000", ""):
    try:
        print(float.fromhex(bad))
    except (ValueError, OverflowError) as error:
        print(type(error).__name__, error)
state = 12345
ok = 0
for _ in range(2000):
    state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
    import struct
    value = struct.unpack("<d", struct.pack("<Q", state))[0]
    if value == value:
        ok += float(repr(value)) == value
print(ok)
