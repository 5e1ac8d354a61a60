"""Finalizers that bring objects back, once and every time."""
saved = []

class A:
    def __init__(self):
        self.me = self
        self.payload = [self]

    def __del__(self):
        saved.append(self)

for i in range(900):
    A()
print(len(saved) > 300)
saved.clear()
for i in range(900):
    A()
