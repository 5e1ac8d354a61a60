"""The docstring of the module."""
# pass, expression statements, semicolons, line joining, indentation, ellipsis bodies.
pass; pass
print(__doc__); print(
    "joined",
    "by brackets")
total = 1 + \
    2 + \
        3
print(total)
if total: print("on one line"); print("both run")
if 1:
  if 2:
        if 3:
         print("any indentation")
	# a comment with a tab
class Empty: ...
def stub(): ...
print(Empty.__name__, stub())
3; "a string"; None; ...
lambda: 0
[1, 2][0]
x = y = 0; x += 1; y = x; print(x, y)
if not x: pass
elif y: print("elif")
else: pass
def f(): return
print(f())
def g():
    yield
print(list(g()))
for _ in range(2): print(_, end=" ")
else: print("one-line else")
while x: x -= 1
try: 1/0
except ZeroDivisionError: print("one-line except")
finally: print("one-line finally")
with open(__file__) as file: print(len(file.readline()))
print(0x_ff, 0b1_0, 0o17, 1_000.5_0, 1e1_0, .5, 5., 0_0, 1_0j)
print("con" 'cat' """en""" r'\n' f"{1}" "ated")
