# With -W default the compiler shows what it finds; without, such warnings of a file are hidden.
print("\d", b"\w", "\8")
x = 1if 1else 2
print(x, 0x1for x in (1,))
