class Acc:
    scale = 3
    def __init__(self):
        self.total = 0
        self.count = 0
    def add(self, v):
        self.total += v * self.scale
        self.count += 1
    def mean(self):
        return self.total / self.count
a = Acc()
for i in range(30):
    a.add(i)
    m = a.mean()
    a.extra = i
    b = a.extra
    if a.count > 20:
        a.scale = i
