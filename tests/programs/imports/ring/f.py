from .e import h
g = 2
