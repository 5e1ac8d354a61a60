"""Containers that keep memoryviews and bytearrays in a cycle."""
for i in range(900):
    x = []
    x.append((x, memoryview(bytearray(8))))
