"""`minipy symtable`: the scopes of a program, and for each name where it lives and what the scope does with it."""
import sys
from _symtable import (CELL, DEF_ANNOT, DEF_FREE_CLASS, DEF_GLOBAL, DEF_IMPORT, DEF_LOCAL, DEF_NONLOCAL, DEF_PARAM, FREE,
                       GLOBAL_EXPLICIT, GLOBAL_IMPLICIT, LOCAL, SCOPE_MASK, SCOPE_OFF, TYPE_CLASS, TYPE_FUNCTION, TYPE_MODULE,
                       USE, symtable)

from minipy import tool

TYPES = {TYPE_MODULE: "module", TYPE_FUNCTION: "function", TYPE_CLASS: "class"}
SCOPES = {LOCAL: "local", GLOBAL_EXPLICIT: "global explicit", GLOBAL_IMPLICIT: "global implicit", FREE: "free", CELL: "cell"}
# What the scope says of a name, in the order in which it is shown.
PROPERTIES = ((DEF_PARAM, "parameter"), (DEF_GLOBAL, "declared global"), (DEF_NONLOCAL, "declared nonlocal"),
              (DEF_IMPORT, "imported"), (DEF_ANNOT, "annotated"), (DEF_LOCAL, "assigned"), (USE, "referenced"),
              (DEF_FREE_CLASS, "free in a method"))


def properties(flags):
    found = [text for flag, text in PROPERTIES if flags & flag]
    # No statement of the scope names it: a scope inside uses it, and it passes through here.
    return found or ["passed through"]


def scope_data(entry):
    names = [child.name for child in entry.children]
    symbols = []
    for name, flags in entry.symbols.items():
        symbols.append({"name": name, "scope": SCOPES[flags >> SCOPE_OFF & SCOPE_MASK], "properties": properties(flags),
                        "namespace": name in names, "flags": flags})
    return {"type": TYPES[entry.type], "name": entry.name, "lineno": entry.lineno, "nested": bool(entry.nested),
            "parameters": list(entry.varnames), "symbols": symbols, "children": [scope_data(child) for child in entry.children]}


def show(scope, depth=0):
    indent = "  " * depth
    line = f", line {scope['lineno']}" if scope["lineno"] else ""
    print(f"{indent}{scope['type']} {scope['name']}{line}{', nested' if scope['nested'] else ''}")
    width = max((len(symbol["name"]) for symbol in scope["symbols"]), default=0)
    for symbol in scope["symbols"]:
        words = symbol["properties"] + ["namespace"] * symbol["namespace"]
        print(f"{indent}  {symbol['name']:{width}}  {symbol['scope']:15}  {', '.join(words)}")
    for child in scope["children"]:
        show(child, depth + 1)


def view(options, source, filename):
    scope = scope_data(symtable(source, filename, options.mode))
    if options.json:
        import json
        print(json.dumps(scope))
    else:
        show(scope)


def main(words):
    return tool.run("symtable", view, words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
