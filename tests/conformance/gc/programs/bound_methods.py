"""Instances that keep their own bound methods."""
class A:
    def __init__(self):
        self.callback = self.method
        self.callbacks = [self.method, self.other]

    def method(self):
        return self

    def other(self, *args):
        return args

for i in range(900):
    a = A()
    a.callback()
    for c in a.callbacks:
        c()
