"""Tuples and dicts that hold nothing collectable are untracked."""
import gc

tuples = [(i, str(i)) for i in range(1500)]
dicts = [{"a": i} for i in range(1500)]
nested = [((i,), ((i,), i)) for i in range(1000)]
gc.collect()
print(sum(map(gc.is_tracked, tuples)), sum(map(gc.is_tracked, dicts)), sum(map(gc.is_tracked, nested)))
