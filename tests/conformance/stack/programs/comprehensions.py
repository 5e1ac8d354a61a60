a = [x for x in range(3)]
b = [x * y for x in range(3) for y in range(2) if x != y]
c = {x: str(x) for x in (1, 2)}
d = {x % 2 for x in range(4)}
e = list(x for x in a if x)
f = [[r * c for c in range(2)] for r in range(2)]
n = 3
g = [n + i for i in a]
h = [(lambda v: v + i)(1) for i in a]
def local(k):
    return [k * i for i in a if i > 0 if i < 2]
local(5)
j = [(y := z) + y for z in a]
