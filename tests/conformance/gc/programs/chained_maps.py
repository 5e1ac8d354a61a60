"""ChainMap, UserDict and UserList."""
from collections import ChainMap, UserDict, UserList

for i in range(200):
    c = ChainMap({}, {"a": 1})
    c["me"] = c
    c["a"], len(c)
    u = UserDict(a=1)
    u["u"] = u
    l = UserList([1])
    l.append(l)
