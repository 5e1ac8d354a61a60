def logged(f):
    def wrapper(*args, **kw):
        return f(*args, **kw)
    return wrapper
def repeat(n):
    def decorate(f):
        def wrapper(x):
            for _ in range(n):
                x = f(x)
            return x
        return wrapper
    return decorate
@logged
def add(a, b=1):
    return a + b
@repeat(3)
@logged
def double(x):
    return x * 2
add(1)
add(1, b=5)
double(1)
@logged
class C:
    pass
C()
