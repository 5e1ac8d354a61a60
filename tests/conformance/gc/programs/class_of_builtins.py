"""Subclasses of built-in types."""
for i in range(120):
    class I(int): pass
    class L(list): pass
    class D(dict): pass
    class T(tuple): pass
    class E(ValueError): pass
    class S(str): pass
