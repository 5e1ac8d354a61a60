def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return 'done'
for v in count(3):
    w = v
l = list(count(2))
g = count(1)
next(g)
try:
    next(g)
except StopIteration as stop:
    value = stop.value
def squares(n):
    for i in range(n):
        yield i * i
t = sum(squares(4))
a, b, c = squares(3)
gen = (x * 2 for x in squares(3) if x)
list(gen)
any(v > 1 for v in squares(3))
