class Meta(type):
    def __new__(mcls, name, bases, namespace, **kw):
        namespace['added'] = kw.get('extra', 0)
        return super().__new__(mcls, name, bases, namespace)
    def __init__(cls, name, bases, namespace, **kw):
        super().__init__(name, bases, namespace)
    def __call__(cls, *args):
        obj = super().__call__(*args)
        return obj
    @classmethod
    def __prepare__(mcls, name, bases, **kw):
        return {}
class A(metaclass=Meta, extra=3):
    def m(self):
        return __class__
a = A()
a.added
a.m().added
T = type('T', (A,), {'x': 1})
T.x
