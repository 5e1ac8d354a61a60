"""Classes with __getattr__ and __setattr__ in a cycle."""
class A:
    def __setattr__(self, name, value):
        self.__dict__[name] = value

    def __getattr__(self, name):
        return (self, name)

for i in range(700):
    a = A()
    a.me = a
    a.missing
