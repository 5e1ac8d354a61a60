class P:
    __match_args__ = ('x', 'y')
    def __init__(self, x, y):
        self.x = x
        self.y = y
def m(v):
    match v:
        case 0 | 1:
            return 'small'
        case int(n) if n > 100:
            return n
        case 'text':
            return 'str'
        case []:
            return 'empty'
        case [a, b]:
            return a, b
        case [a, *rest]:
            return rest
        case {'k': value, **more}:
            return value, more
        case P(0, y=yy):
            return yy
        case P(x, _):
            return x
        case None:
            return 'none'
        case (True | False) as flag:
            return flag
        case _:
            return 'other'
for v in (0, 200, 'text', [], [1, 2], (1, 2, 3), {'k': 1, 'l': 2}, P(0, 1), P(2, 3), None, 5.5):
    m(v)
