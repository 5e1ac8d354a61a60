x: int = 5
y: 'str'
def f(a: int, b: str = 'x', *c: float, d: bool = True, **e: None) -> list:
    z: int = a
    w: int
    return [z]
f(1)
class C:
    p: int = 3
    q: str
    def m(self) -> None:
        self.r: int = 1
C().m()
f.__annotations__['a']
