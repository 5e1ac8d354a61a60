def everything(*args, **kwargs):
    return args, kwargs
def mixed(a, *args, b=0, **rest):
    return a, args, b, rest
t = (1, 2)
d = {'x': 1, 'y': 2}
everything()
everything(1, 2, z=3)
everything(*t)
everything(**d)
everything(0, *t, 9, **d, w=4)
mixed(*t, *[5], b=7, **d)
mixed(1)
everything(*range(3), **{})
print(*t, **{'end': ''})
class C:
    def m(self, *a, **k):
        return a, k
C().m(*t, **d)
