# random with a seed: the generator, distributions, sampling, state.
import random
random.seed(42)
print([random.random() for _ in range(3)], random.randint(1, 100), random.randrange(0, 100, 7), random.getrandbits(70),
    random.choice("abcdef"), random.uniform(2, 3), random.randbytes(5))
items = list(range(10))
random.shuffle(items)
print(items, random.sample(range(1000), 5), random.sample("abcdef", 3), random.choices("abc", k=6),
    random.choices([1, 2, 3], weights=[10, 1, 1], k=8), random.choices("xy", cum_weights=[1, 5], k=5),
    random.sample(["a", "b"], counts=[3, 2], k=4))
print([round(v, 12) for v in (random.gauss(0, 1), random.gauss(5, 2), random.normalvariate(0, 1), random.expovariate(2),
    random.betavariate(1, 2), random.gammavariate(2, 3), random.gammavariate(0.5, 1), random.triangular(0, 10, 3),
    random.lognormvariate(0, 1), random.paretovariate(3), random.weibullvariate(1, 2), random.vonmisesvariate(0, 4))])
for seed in (0, -5, 2 ** 100, "text", b"bytes", 1.5, None, bytearray(b"x"), "é"):
    random.seed(seed)
    if seed is not None:
        print(repr(seed), random.random(), random.getrandbits(32))
random.seed("v1", version=1)
print(random.random())
state = random.getstate()
a = [random.random() for _ in range(700)]
random.setstate(state)
print(a == [random.random() for _ in range(700)], len(state), state[0], len(state[1]))
r = random.Random(7)
s = random.Random(7)
print(r.random() == s.random(), r.randint(0, 9), [r.randrange(10 ** 30) for _ in range(2)], r.getrandbits(0),
    r.choice(range(5)))
import copy
import pickle
t = pickle.loads(pickle.dumps(r))
print(t.random() == r.random(), copy.copy(r).random() == t.random())
for bad in (lambda: random.choice([]), lambda: random.sample([1], 2), lambda: random.randrange(0),
        lambda: random.randrange(5, 2), lambda: random.randrange(1, 2, 0), lambda: random.sample({1, 2}, 1),
        lambda: random.choices([], k=1), lambda: random.choices("ab", weights=[1]), lambda: random.seed([]),
        lambda: random.setstate((3, (1, 2), None)), lambda: random.setstate(5), lambda: random.getrandbits(-1),
        lambda: random.randint(1.5, 2), lambda: random.choices("ab", weights=[0, 0]), lambda: random.shuffle("abc"),
        lambda: random.sample([1, 2], -1), lambda: random.randint("a", 1)):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)


class Constant(random.Random):
    def random(self): return 0.25


c = Constant()
print(c.choice("abcd"), c.randrange(100), c.shuffle(l := [1, 2, 3, 4]), l, c.uniform(0, 8))
random.seed(1)
inside = sum(random.random() ** 2 + random.random() ** 2 <= 1 for _ in range(20000))
print(inside, 4 * inside / 20000)
print(0 <= random.SystemRandom().random() < 1)
