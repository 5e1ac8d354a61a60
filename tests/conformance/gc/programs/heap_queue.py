"""heapq and bisect."""
import bisect
import heapq

for i in range(200):
    heap = []
    for k in range(15):
        heapq.heappush(heap, (k * 7 % 11, [k]))
    heapq.heappop(heap)
    heapq.nsmallest(3, heap)
    heap.append(heap)
    bisect.insort([1, 3, 5], 4)
