"""The front end: compile and parse source text from the library, again and again."""
import ast

total = 0
for name in ("heapq", "textwrap", "bisect", "shlex", "copy", "argparse"):
    with open(f"/usr/lib/python3.11/{name}.py") as file:
        source = file.read()
    for _ in range(9):
        total += len(compile(source, name, "exec").co_code)
    total += sum(1 for _ in ast.walk(ast.parse(source)))
for i in range(9_000):
    total += eval(f"{i} + ({i} * 2) if {i} % 2 else len('{i}')")
print(total)
