total = 0
for i in range(4):
    if i == 2:
        continue
    total += i
else:
    total += 100
for i in [5, 6, 7]:
    if i == 6:
        break
else:
    total = -1
n = 5
while n:
    n -= 1
    if n == 3:
        continue
    if n == 1:
        break
else:
    total = -2
while False:
    pass
for a in 'ab':
    for b in (1, 2):
        total += b
for i, c in enumerate('xy'):
    total += i
for x, y in zip([1, 2], (3, 4)):
    total += x * y
for k in {'one': 1}:
    total += len(k)
for v in reversed([1, 2]):
    total += v
