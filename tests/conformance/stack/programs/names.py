g = 1
def read():
    return g
def write():
    global g, h
    g = g + 1
    h = 'made'
def remove():
    global h
    del h
read()
write()
remove()
def local():
    a = 1
    b = a
    del a
    try:
        a
    except UnboundLocalError:
        return b
local()
try:
    h
except NameError:
    pass
def builtin():
    return len([1]) + abs(-2)
builtin()
class Body:
    x = 1
    y = x + g
    del x
    for i in range(2):
        z = i
__debug__
