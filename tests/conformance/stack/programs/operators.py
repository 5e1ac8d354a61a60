class N:
    def __init__(self, v):
        self.v = v
    def __add__(self, o):
        return N(self.v + (o.v if isinstance(o, N) else o))
    def __radd__(self, o):
        return N(o + self.v)
    def __iadd__(self, o):
        self.v += o
        return self
    def __neg__(self):
        return N(-self.v)
    def __eq__(self, o):
        return self.v == o.v
    def __lt__(self, o):
        return self.v < o.v
    def __bool__(self):
        return self.v != 0
    def __len__(self):
        return 3
    def __getitem__(self, k):
        return k
    def __setitem__(self, k, v):
        self.v = v
    def __delitem__(self, k):
        self.v = 0
    def __contains__(self, x):
        return x == self.v
    def __call__(self, *a):
        return a
    def __matmul__(self, o):
        return 'matmul'
a, b = N(1), N(2)
c = a + b
d = a + 1
e = 1 + a
a += 5
f = -a
g = a == b, a < b, a > b, a != b
h = not a
if a:
    h = len(a)
i = a[1], a[1:2], a[1, 2], a[::2]
a[0] = 9
del a[0]
j = 4 in a
k = a(1, 2)
l = a @ b
