"""Classes with a metaclass that counts them."""
class Meta(type):
    made = 0

    def __new__(mcs, name, bases, namespace, **options):
        cls = super().__new__(mcs, name, bases, namespace)
        Meta.made += 1
        return cls

    def __init__(cls, name, bases, namespace, **options):
        super().__init__(name, bases, namespace)
        cls.options = options

    def __call__(cls, *args):
        return super().__call__(*args)

for i in range(200):
    class A(metaclass=Meta, debug=True):
        def __init__(self, n=0):
            self.n = n
    A(1)
print(Meta.made)
