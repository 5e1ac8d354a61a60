# Blocks and their sizes by line, what free lists do to traces, differences of snapshots.
import gc
import tracemalloc

keep = []


class C:
    def __init__(self):
        self.a = 1
        self.b = 2


class S:
    __slots__ = ("x", "y")

    def __init__(self):
        self.x = self.y = None


def generator():
    yield 1


def closure(x):
    def inner():
        return x
    return inner


n = 12345


def work():
    for i in range(20):
        keep.append(n + i * 1000)
        keep.append(i * 1.5)
        keep.append(str(n + i))
        keep.append([i, n])
        keep.append((i, n))
        keep.append({i: n})
        keep.append({"a": n})
        keep.append({i, n})
        keep.append(frozenset([i, n]))
        keep.append(C())
        keep.append(S())
        keep.append(generator())
        keep.append(closure(i))
        keep.append(bytes(100 + i))
        keep.append(bytearray(100 + i))
        keep.append(complex(i, 2))
        keep.append(slice(i, n))
        keep.append(range(n + i))
        keep.append(C().__init__)
        keep.append(object())
        keep.append("é" * (50 + i))
        keep.append("\u1234" * (50 + i))
        keep.append(list(range(i)))
        keep.append(tuple(range(i + 1)))
        keep.append({j: j for j in range(30)})
        keep.append(set(range(50)))
        keep.append([x for x in range(10)])
        keep.append(iter([1, 2]))
        keep.append(enumerate([1]))
        keep.append(zip([1], [2]))
        keep.append(map(str, [1]))
        keep.append(lambda: 1)
        keep.append(property(work))
        keep.append(ValueError("x", i))
        keep.append("a,b,c".split(","))
        keep.append("".join(["x", "y" * 10]))
        keep.append(f"{i} and {n}")
        keep.append({}.keys())
        keep.append(dict(a=1, b=2).items())
        keep.append([None] * (i + 5))
        keep.append(dict.fromkeys(range(i)))


def by_line(snapshot, source):
    for statistic in sorted(snapshot.statistics("lineno"), key=lambda s: s.traceback[0].lineno):
        frame = statistic.traceback[0]
        if frame.filename == __file__ and source[frame.lineno - 1].lstrip().startswith("keep.append"):
            print(f"{statistic.size:>7} {statistic.count:>4}  {source[frame.lineno - 1].strip()}")


def renewed(first, second):
    """Whether an object that takes the memory of a dead one is traced to where it was made itself."""
    one = first()
    address = id(one)
    trace = tracemalloc.get_object_traceback(one)
    del one
    other = second()
    if id(other) != address:
        return "other memory"
    new = tracemalloc.get_object_traceback(other)
    return trace and new and new[0].lineno - trace[0].lineno


with open(__file__) as file:
    source = file.read().split("\n")
gc.collect()
gc.disable()
tracemalloc.start()
work()
snapshot = tracemalloc.take_snapshot()
tracemalloc.stop()
gc.enable()
by_line(snapshot, source)

gc.collect()
tracemalloc.start()
print("list", renewed(lambda: [1],
                      lambda: [2]))
print("tuple", renewed(lambda: (n, n),
                       lambda: (n, 1)))
print("dict", renewed(lambda: {n: n},
                      lambda: {}))
print("float", renewed(lambda: n * 0.5,
                       lambda: n * 1.5))
print("slice", renewed(lambda: slice(n, n),
                       lambda: slice(1, n)))

more = [None] * 10
first = tracemalloc.take_snapshot()
for i in range(10):
    more[i] = bytes(1000)
second = tracemalloc.take_snapshot()
for difference in second.compare_to(first, "lineno"):
    frame = difference.traceback[0]
    if frame.filename == __file__ and "bytes(1000)" in source[frame.lineno - 1]:
        print(difference.size_diff, difference.count_diff, difference.size, difference.count)
print(tracemalloc.get_object_traceback(more[0]) == tracemalloc.get_object_traceback(more[9]))

current, peak = tracemalloc.get_traced_memory()
big = bytes(1_000_000)
del big
now, peak_now = tracemalloc.get_traced_memory()
print(peak_now - now >= 1_000_000, now < current + 10_000)
tracemalloc.reset_peak()
print(tracemalloc.get_traced_memory()[1] < 1_000_000)
tracemalloc.clear_traces()
print(tracemalloc.get_object_traceback(more[0]), tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
tracemalloc.stop()
print(tracemalloc.get_traced_memory(), tracemalloc.is_tracing())
