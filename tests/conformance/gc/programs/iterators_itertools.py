"""Iterators of itertools in cycles."""
import itertools

for i in range(200):
    x = [1, 2, 3]
    x.append(itertools.chain(x, x))
    x.append(itertools.cycle(x))
    x.append(itertools.islice(x, 2))
    x.append(itertools.accumulate(x))
    x.append(itertools.tee(x))
    x.append(itertools.repeat(x))
    x.append(itertools.starmap(pow, x))
    x.append(itertools.zip_longest(x, x))
    next(x[3]), next(x[4])
