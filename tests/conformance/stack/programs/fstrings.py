n = 42
x = 3.14159
s = 'text'
a = f'{n}'
b = f'{n:5d}|{x:.2f}|{s!r:>10}'
c = f'{s!s}{s!a}'
w = 8
d = f'{x:{w}.{3}f}'
e = f'{n=}'
f = f'{[i for i in range(3)]} {{literal}}'
g = f"{s}{n}{x}"
