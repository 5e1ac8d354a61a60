"""Module objects made by hand, in cycles."""
import types

for i in range(400):
    m = types.ModuleType("m")
    m.me = m
    exec("x = []" if False else compile("x = []", "m", "exec"), m.__dict__) if i == 0 else None
    m.x = [m]
