def plain(a, b):
    return a + b
def defaults(a, b=2, c='c'):
    return a, b, c
def keywords(a, *, k, m=5):
    return a, k, m
def positional(a, b, /, c):
    return a - b + c
def nothing():
    pass
plain(1, 2)
plain(b=1, a=2)
defaults(1)
defaults(1, 3)
defaults(1, c='d')
keywords(1, k=2)
keywords(1, m=1, k=2)
positional(1, 2, 3)
positional(1, 2, c=4)
nothing()
plain(plain(1, 2), plain(3, plain(4, 5)))
print(plain(1, 2), sep='', end='\n')
max(1, 2, key=lambda v: -v)
