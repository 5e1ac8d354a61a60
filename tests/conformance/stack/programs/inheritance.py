class Base:
    def __init__(self, n):
        self.n = n
    def f(self):
        return 'base'
class Left(Base):
    def f(self):
        return 'left' + super().f()
class Right(Base):
    def f(self):
        return 'right' + super().f()
class Both(Left, Right):
    def __init__(self):
        super().__init__(5)
    def f(self):
        return 'both' + super(Both, self).f()
b = Both()
b.f()
class L(list):
    def first(self):
        return self[0]
l = L([1, 2])
l.first()
class Hook:
    def __init_subclass__(cls, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag
class Sub(Hook, tag='t'):
    pass
