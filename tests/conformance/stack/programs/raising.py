class Mine(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code
def a():
    raise Mine(3)
def b():
    try:
        a()
    except Mine as e:
        raise RuntimeError('wrapped') from e
def c():
    try:
        b()
    except RuntimeError:
        raise
try:
    c()
except RuntimeError as e:
    cause = e.__cause__.code
try:
    raise KeyError('x') from None
except KeyError:
    pass
try:
    try:
        1 / 0
    except ZeroDivisionError:
        [][1]
except IndexError as e:
    context = type(e.__context__)
try:
    assert 1 == 2, 'message'
except AssertionError as e:
    args = e.args
assert True
try:
    raise Mine
except TypeError:
    pass
