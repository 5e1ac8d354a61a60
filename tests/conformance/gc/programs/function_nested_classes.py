"""Classes made in functions, with methods that use super()."""
def make():
    class Base:
        def f(self):
            return 1

    class Derived(Base):
        def f(self):
            return super().f() + 1
    return Derived().f()

for i in range(200):
    make()
