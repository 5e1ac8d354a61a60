from .f import g
h = 1
