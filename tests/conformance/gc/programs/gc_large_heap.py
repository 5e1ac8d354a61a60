"""A large heap that grows, then dies, then grows again."""
heap = {}
for i in range(40000):
    heap[i] = [i]
heap.clear()
for i in range(15000):
    heap[i] = {"n": i}
print(len(heap))
