class Count:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        self.i = 0
        return self
    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i
for v in Count(3):
    w = v
list(Count(2))
a, b = Count(2)
class Seq:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError(i)
        return i * i
for v in Seq():
    w = v
it = iter([1, 2])
next(it)
next(it)
next(it, 'end')
for k in iter(lambda: 1, 1):
    pass
[*Count(2), *Seq()]
