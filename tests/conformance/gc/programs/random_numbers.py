"""Random numbers: shuffles and samples."""
import random

r = random.Random(7)
for i in range(200):
    x = [[k] for k in range(10)]
    r.shuffle(x)
    x.append(x)
    r.sample(range(100), 5), r.choice(x), r.randint(1, 6)
