"""__init_subclass__, __set_name__ and descriptors."""
class Field:
    def __set_name__(self, owner, name):
        self.name = name
        self.owner = owner

    def __get__(self, instance, owner):
        return self if instance is None else instance.__dict__.get(self.name)

    def __set__(self, instance, value):
        instance.__dict__[self.name] = value

class Base:
    def __init_subclass__(cls, **options):
        super().__init_subclass__()
        cls.fields = [v for v in vars(cls).values() if isinstance(v, Field)]

for i in range(150):
    class Model(Base, table="t"):
        a = Field()
        b = Field()
    m = Model()
    m.a = m
