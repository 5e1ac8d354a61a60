"""`minipy dis`: bytecode, as `python3.11 -m dis FILE` prints it, as JSON, or as it was specialised in a run."""
import dis
import sys

from minipy import program, tool


def code_objects(code, depth=None):
    """The code object and those in its constants, outermost first."""
    yield code
    if depth is None or depth > 0:
        for constant in code.co_consts:
            if isinstance(constant, type(code)):
                yield from code_objects(constant, None if depth is None else depth - 1)


def position_data(positions):
    return [positions.lineno, positions.end_lineno, positions.col_offset, positions.end_col_offset]


def instruction_data(instruction, forms):
    data = {"offset": instruction.offset, "opname": instruction.opname, "opcode": instruction.opcode, "arg": instruction.arg,
            "argval": tool.plain_value(instruction.argval), "argrepr": instruction.argrepr,
            "is_jump_target": instruction.is_jump_target, "positions": position_data(instruction.positions)}
    if forms is not None:
        data["specialized"] = forms.get(instruction.offset)
    return data


def code_data(code, show_caches, forms):
    exceptions = [{"start": entry.start, "end": entry.end, "target": entry.target, "depth": entry.depth, "lasti": entry.lasti}
                  for entry in dis._parse_exception_table(code)]
    return {"name": code.co_name, "qualname": code.co_qualname, "filename": code.co_filename, "firstlineno": code.co_firstlineno,
            "argcount": code.co_argcount, "posonlyargcount": code.co_posonlyargcount, "kwonlyargcount": code.co_kwonlyargcount,
            "nlocals": code.co_nlocals, "stacksize": code.co_stacksize, "flags": code.co_flags,
            "flag_names": dis.pretty_flags(code.co_flags).split(", "),
            "consts": [tool.plain_value(value) for value in code.co_consts], "names": list(code.co_names),
            "varnames": list(code.co_varnames), "cellvars": list(code.co_cellvars), "freevars": list(code.co_freevars),
            "code": code.co_code.hex(), "linetable": code.co_linetable.hex(), "exceptiontable": code.co_exceptiontable.hex(),
            "instructions": [instruction_data(i, forms) for i in dis.get_instructions(code, show_caches=show_caches)],
            "exceptions": exceptions}


def show_adaptive(code, show_caches):
    """The instructions of a code object that has run (or not), and beside them what they were specialised to."""
    forms = specializations(code)
    print(f"{code.co_qualname}, {code.co_filename}, line {code.co_firstlineno}" + ("" if forms is not None else ": never ran"))
    if forms:
        print(" " * 62 + form_columns("form", "hits", "misses", "deopts"))
    lines = {instruction.starts_line for instruction in dis.get_instructions(code)}
    width = max(3, len(str(max((line for line in lines if line is not None), default=0))))
    offset_width = max(4, len(str(len(code.co_code) - 2)))
    for instruction in dis.get_instructions(code, show_caches=show_caches):
        if instruction.starts_line is not None and instruction.offset > 0:
            print()
        text = instruction._disassemble(width, False, offset_width)
        form = (forms or {}).get(instruction.offset)
        print(f"{text:62}{describe_form(form)}".rstrip() if form else text)
    print()


def describe_form(form):
    if form["form"] is None:
        name = f"(general, looks again in {form['counter']})"
    else:
        name = form["form"] + (" (own)" if form["own"] else "")
    return form_columns(name, form["hits"], form["misses"], form["deoptimized"])


def form_columns(name, *counts):
    return f"{name:36}" + "".join(f"{'-' if count is None else count:>10}" for count in counts)


def specializations(code):
    """Offset -> what the VM knows of the instruction; None where the code never ran."""
    import _minipy
    known = _minipy.specializations(code)
    if known is None:
        return None
    found = {}
    for offset, form, opcode, call_opcode, counter, hits, misses, deoptimised in known:
        names = [dis._all_opname[number] for number in (opcode, call_opcode) if number]
        found[offset] = {"form": ", ".join(names) or form, "own": form is not None and not names, "counter": counter, "hits": hits,
                         "misses": misses, "deoptimized": deoptimised}
    return found


def view_run(options):
    import _minipy
    import fcntl
    import os
    # The program may close its output or put something else in its place.
    output = os.fdopen(fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 100), "w", encoding="utf-8", errors="surrogateescape")
    process = os.getpid()
    _minipy.count_forms(True)
    try:
        code, status = program.run("dis", options)
    finally:
        _minipy.count_forms(False)
    if code is None or os.getpid() != process:
        return status
    try:
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError):
        pass
    saved, sys.stdout = sys.stdout, output
    try:
        show_run(code, options)
        output.close()
    except BrokenPipeError:
        status = status or 1
    finally:
        sys.stdout = saved
    return status


def show_run(code, options):
    depth = None if options.depth is None else int(options.depth)
    for each in code_objects(code, depth):
        if options.json:
            print_json(code_data(each, bool(options.show_caches), specializations(each) or {}))
        else:
            show_adaptive(each, bool(options.show_caches))


def print_json(data):
    import json
    print(json.dumps(data))


def view(options, source, filename):
    code = compile(source, filename, "exec", dont_inherit=True, optimize=int(options.optimize))
    depth = None if options.depth is None else int(options.depth)
    if options.json:
        for each in code_objects(code, depth):
            print_json(code_data(each, bool(options.show_caches), None))
    else:
        dis.dis(code, depth=depth, show_caches=bool(options.show_caches))


def main(words):
    options = tool.Options(words)
    if options.adaptive:
        return view_run(options)
    return tool.run("dis", view, words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
