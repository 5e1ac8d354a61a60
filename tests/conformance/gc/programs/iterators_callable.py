"""iter() with a sentinel, and the sequence protocol."""
class Sequence:
    def __getitem__(self, i):
        if i > 5:
            raise IndexError
        return [i]

for i in range(300):
    it = iter([].copy, None)
    next(it)
    x = list(Sequence())
    x.append(iter(Sequence()))
    x.append(x)
