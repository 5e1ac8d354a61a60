"""Context managers that swallow exceptions and hold themselves."""
class Manager:
    def __enter__(self):
        self.me = self
        return self

    def __exit__(self, *details):
        self.details = details
        return True

for i in range(500):
    with Manager() as m:
        raise ValueError(m)
