def counter(start):
    count = start
    def step(by=1):
        nonlocal count
        count += by
        return count
    return step
c = counter(5)
c()
c(10)
def outer(a):
    b = a + 1
    def middle(c):
        def inner(d):
            return a + b + c + d
        return inner
    return middle
outer(1)(2)(3)
fs = [lambda i=i: i * 2 for i in range(3)]
[f() for f in fs]
gs = [lambda: j for j in range(3)]
[g() for g in gs]
def conditional(flag):
    if flag:
        v = 1
    def get():
        return v
    return get
conditional(True)()
try:
    conditional(False)()
except NameError:
    pass
