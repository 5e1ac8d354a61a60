def a():
    for i in range(3):
        try:
            if i == 1:
                return 'returned'
        finally:
            n = i
def b():
    while True:
        try:
            break
        finally:
            n = 1
    return n
def c():
    try:
        return 1
    finally:
        return 2
def d():
    try:
        raise ValueError
    except ValueError:
        try:
            raise KeyError
        except KeyError:
            pass
        return 'd'
    finally:
        pass
def e():
    try:
        yield 1
        yield 2
    finally:
        n = 3
a(), b(), c(), d()
for v in e():
    break
list(e())
class CM:
    def __enter__(self):
        return [1]
    def __exit__(self, *a):
        return None
def f():
    with CM() as h:
        try:
            h.pop()
        finally:
            del h
f()
