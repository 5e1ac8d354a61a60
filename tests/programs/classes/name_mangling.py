# Private names are mangled with the name of the class (6.2.1).
class Account:
    __count = 0
    __slots__ = ("__balance", "_owner")

    def __init__(self, balance):
        self.__balance = balance
        Account.__count += 1

    def __private(self): return f"private {self.__balance}"
    def call(self): return self.__private(), self.__class__.__name__, self.__count

    def nested(self):
        def inner():
            __local = 5
            return __local, self.__balance, [k for k in locals()]

        class __Inner:
            __x = 1
            def get(self): return self.__x, sorted(n for n in vars(type(self)) if "x" in n)
        return inner(), __Inner().get(), __Inner.__name__

    def argument(self, __a, *, __b=2): return __a, __b
    def delete(self): del self.__balance
    def imports(self):
        import os as __os
        return __os.sep
    def globals(self):
        global __made
        __made = "global"


a = Account(10)
print(a.call(), a.nested(), a.argument(1, _Account__b=3), a.imports(),
    sorted(n for n in dir(a) if n.startswith("_Account")))
a.globals()
print(_Account__made)
for source in ("a.__balance", "a.__private()", "a._Account__private()", "a._Account__balance", "a.argument(1, __b=3)"):
    try:
        print(source, eval(source))
    except (AttributeError, TypeError) as error:
        print(source, error)
a.delete()
try:
    a.call()
except AttributeError as error:
    print(error)


class _Leading:
    __v = "one underscore removed"


class __:
    __v = "only underscores: not mangled"


class Sub(Account):
    __slots__ = ()
    __count = 100
    def own(self): return self.__count


print(_Leading._Leading__v, __.__dict__["__v"], Sub(1).own(), Sub(2).call()[2])


class Keyword:
    def f(self): return dict(__k=1), {"__s": 2}, f"{(lambda __x: __x)(3)}"
    __trailing__ = 1
    _single = 2
    def attr(self, o): o.__new_attr = 1; return [n for n in vars(o)]


print(Keyword().f(), Keyword.__trailing__, Keyword().attr(type("N", (), {})()))
