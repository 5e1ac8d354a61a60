# The limit on decimal digits (bpo-95778).
import sys
print(sys.get_int_max_str_digits(), sys.int_info.default_max_str_digits, sys.int_info.str_digits_check_threshold)
for action in (lambda: int("1" * 4300) % 7, lambda: int("1" * 4301), lambda: len(str(10 ** 4299)),
        lambda: str(10 ** 4300), lambda: len(hex(10 ** 5000)),
               lambda: int("f" * 5000, 16) % 7, lambda: f"{10 ** 4300}", lambda: "%d" % 10 ** 4300,
                   lambda: int("_".join("1" * 4301)), lambda: repr([10 ** 5000])):
    try:
        print(action())
    except ValueError as error:
        print(error)
sys.set_int_max_str_digits(0)
print(len(str(10 ** 5000)))
sys.set_int_max_str_digits(640)
try:
    str(10 ** 640)
except ValueError as error:
    print(error)
for bad in (1, -1, 639):
    try:
        sys.set_int_max_str_digits(bad)
    except ValueError as error:
        print(error)
try:
    compile("1" * 700, "<limit>", "eval")
except SyntaxError as error:
    print(error)
