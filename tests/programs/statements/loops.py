# while and for with break, continue and else (8.2, 8.3).
def find(items, wanted):
    for position, item in enumerate(items):
        if item == wanted:
            print("found at", position)
            break
    else:
        print("not found")


find("abc", "c")
find("abc", "z")
find("", "z")

n = 27
steps = 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
    if steps > 200:
        break
else:
    print("reached 1 after", steps)

while True:
    if steps % 2 == 0:
        steps -= 3
        continue
    break
print(steps)

for i in range(3):
    for j in range(3):
        if j == 2:
            continue
        if i == 2:
            break
        print(i, j, end="; ")
    else:
        print("inner finished", i)
print()

for target, *others in [(1, 2, 3), "ab"]:
    print(target, others)
for box in [[]]:
    for box[:] in ["xyz"]:
        print(box)
items = [1, 2, 3]
for item in items:
    if item < 3:
        items.append(item * 10)
print(items)
for i in []:
    pass
print(i)
table = {1: 1}
try:
    for key in table:
        table[key + 1] = 0
except RuntimeError as error:
    print(error)
while 0:
    print("never")
else:
    print("else of while 0")
