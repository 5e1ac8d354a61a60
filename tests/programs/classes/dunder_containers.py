# The container protocol in Python classes: getitem, iteration fallbacks, contains, len, length_hint, missing, reversed.
import operator


class Deck:
    def __init__(self, cards): self.cards = list(cards)
    def __len__(self): return len(self.cards)
    def __getitem__(self, key): return self.cards[key]
    def __setitem__(self, key, value): self.cards[key] = value
    def __delitem__(self, key): del self.cards[key]
    def insert(self, i, v): self.cards.insert(i, v)


d = Deck("abcde")
print(list(d), "c" in d, "z" in d, list(reversed(d)), d[1:3], d[-1], len(d), bool(d), bool(Deck("")), *d,
    [*zip(d, range(2))], max(d), sorted(d, reverse=True), ",".join(d), dict(enumerate(d)), tuple(d)[:2])
d[0] = "Z"; del d[1]; d[1:2] = ["q", "r"]; print(d.cards)
first, *rest = d
print(first, rest, iter(d).__class__.__name__, operator.countOf(d, "q"), operator.indexOf(d, "r"))
import collections.abc
collections.abc.MutableSequence.register(Deck)
print(isinstance(d, collections.abc.Sequence))


class Full(collections.abc.MutableSequence):
    def __init__(self, *items): self.items = list(items)
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i]
    def __setitem__(self, i, v): self.items[i] = v
    def __delitem__(self, i): del self.items[i]
    def insert(self, i, v): self.items.insert(i, v)


f = Full(1, 2, 3)
f.append(4); f.extend([5]); f.reverse(); f += [6]; f.remove(3)
print(f.items, f.index(4), f.count(1), f.pop(), 2 in f, list(reversed(f)))


class Iterates:
    def __iter__(self): yield from (1, 2, 3)
    def __contains__(self, item): return item == "anything"
    def __reversed__(self): return iter("reversed")
    def __length_hint__(self): return 10


i = Iterates()
print(list(i), 1 in i, "anything" in i, list(reversed(i)), operator.length_hint(i))


class Missing(dict):
    def __missing__(self, key): return f"<{key}>"


print(Missing(a=1)["b"], Missing().get("b"), "{x}".format_map(Missing()))


class BadLen:
    def __init__(self, value): self.value = value
    def __len__(self): return self.value


for value in (-1, 2 ** 100, "a", 1.5, None, True):
    try:
        print(value, len(BadLen(value)), bool(BadLen(value)))
    except Exception as error:
        print(value, type(error).__name__, error)


class BadIter:
    def __iter__(self): return 5


class NoneIter(Deck):
    __iter__ = None
    __contains__ = None
    __reversed__ = None


class NextOnly:
    def __next__(self): return 1


class HintBad:
    def __init__(self, v): self.v = v
    def __iter__(self): return iter(())
    def __length_hint__(self): return self.v


for source in ("list(BadIter())", "list(NoneIter('a'))", "1 in NoneIter('a')", "reversed(NoneIter('a'))",
        "iter(NextOnly())", "next(NextOnly())", "list(HintBad(-1))", "list(HintBad('x'))",
        "list(HintBad(NotImplemented))", "reversed({1})", "reversed(Iterates)", "5 in BadIter()", "[*5]", "iter(5)",
        "next(5)", "next([])", "len(5)", "5[0]", "iter(int, 5).__class__.__name__", "iter(5, 5)", "next(iter([]))",
        "next(iter([]), 'd')", "next()", "enumerate(5)", "zip(5)", "map(len, 5)", "max(5)"):
    try:
        print(source, "=", eval(source))
    except Exception as error:
        print(f"{source}: {type(error).__name__}: {error}")
counter = iter([1, 2, 0, 3])
print(list(iter(lambda: next(counter), 0)))
