"""Metaclasses with __prepare__."""
class Namespace(dict):
    pass

class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return Namespace()

for i in range(200):
    class A(metaclass=Meta):
        x = 1
