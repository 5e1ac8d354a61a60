"""Rings of dicts, lists and tuples of growing length."""
def ring(n):
    first = last = []
    for k in range(n):
        nxt = {"k": (last, k)} if k % 2 else [last]
        last = nxt
    first.append(last)

for i in range(250):
    ring(i % 23)
