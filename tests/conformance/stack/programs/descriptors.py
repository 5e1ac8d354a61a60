class Typed:
    def __set_name__(self, owner, name):
        self.name = '_' + name
    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return obj.__dict__.get(self.name)
    def __set__(self, obj, value):
        obj.__dict__[self.name] = value
class C:
    t = Typed()
    def __init__(self):
        self._v = 1
    @property
    def v(self):
        return self._v
    @v.setter
    def v(self, value):
        self._v = value * 2
    @v.deleter
    def v(self):
        del self._v
c = C()
c.t = 5
c.t
C.t
c.v
c.v = 4
del c.v
class D:
    def __getattr__(self, name):
        return name * 2
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
d = D()
d.missing
d.here = 1
