"""Classes made by calling type()."""
for i in range(250):
    A = type("A", (), {"x": i})
    B = type("B", (A,), {"y": A})
    A.b = B
