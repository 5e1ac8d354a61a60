"""__del__ of objects in cycles."""
count = 0

class A:
    def __init__(self):
        self.me = self

    def __del__(self):
        global count
        count += 1

for i in range(1500):
    A()
print(count > 500)
