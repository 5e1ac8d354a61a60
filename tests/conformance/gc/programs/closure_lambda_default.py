"""Lambdas that hold themselves through a default value or an attribute."""
for i in range(1200):
    f = lambda x=[]: x
    f.__defaults__[0].append(f)
