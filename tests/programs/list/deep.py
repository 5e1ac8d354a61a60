# Lists nested far deeper than the stack: built, freed, compared, printed, copied.
import sys
n = 100_000
deep = []
for _ in range(n):
    deep = [deep]
other = []
for _ in range(n):
    other = [other]
for name, action in (("repr", lambda: repr(deep)), ("compare", lambda: deep == other), ("less", lambda: deep < other),
        ("str", lambda: str((deep,))), ("format", lambda: f"{deep}")):
    try:
        action()
        print(name, "finished")
    except RecursionError as error:
        print(name, "RecursionError", str(error).split(" while")[0] if name != "compare" else error)
print(deep == deep, deep[0] is deep[0], len(deep))
del deep, other
print("freed")
d = {}
for _ in range(n):
    d = {"k": d}
t = ()
for _ in range(n):
    t = (t,)


class Node:
    def __init__(self, next): self.next = next


node = None
for _ in range(n):
    node = Node(node)
for name, value in (("dict", d), ("tuple", t)):
    try:
        repr(value)
    except RecursionError as error:
        print(name, type(error).__name__)
shallow = ()
for _ in range(5000):
    shallow = (shallow,)
print(hash(shallow), shallow == shallow, len(shallow))
del d, t, node, value, shallow
print("freed too")
