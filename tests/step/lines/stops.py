class Counter:
    def __init__(self):
        self.seen = []

    def add(self, value):
        size = len(self.seen)
        self.seen.append(value)
        return size


counter = Counter()
for i in range(5):
    counter.add(i * 10)
alias = counter
del alias
