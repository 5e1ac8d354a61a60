"""minipy's own tools: what the subcommands of the `minipy` command do in Python, and watching from inside a program.

The package is part of the executable. `minipy help` lists the subcommands.
"""
