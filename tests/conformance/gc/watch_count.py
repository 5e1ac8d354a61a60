"""Run inside gdb by allocations.py: logs each change of the collector's count of generation 0 between two SIGUSR1.

A line: change, new count | file:line:function of the Python code that runs | native functions, innermost first |
dead objects in the free lists (tuples of 1 to 9 items, lists, dicts). From the environment: WATCHED ('reference' or
'minipy'), WATCH_LOG (file), WATCH_LAYOUT (JSON: where the reference keeps what is read here).
"""
import functools
import json
import os
import struct

import gdb

REFERENCE = os.environ["WATCHED"] == "reference"
NATIVE_FUNCTIONS = 6
log = open(os.environ["WATCH_LOG"], "w")
layout = json.loads(os.environ["WATCH_LAYOUT"])
inferior = None


def word(address):
    return struct.unpack("<Q", inferior.read_memory(address, 8))[0]


def integer(address):
    return struct.unpack("<i", inferior.read_memory(address, 4))[0]


def text(address):
    """A str object; only ASCII ones are read."""
    state = struct.unpack("<I", inferior.read_memory(address + 32, 4))[0]
    if not state >> 6 & 1:
        return "?"
    return bytes(inferior.read_memory(address + 48, word(address + 16))).decode()


@functools.cache
def symbol(name):
    return int(gdb.parse_and_eval(f"(long)&'{name}'"))


def code_unit_lines(table, line):
    """The line of each code unit, by the format of co_linetable (PEP 626, Objects/locations.md)."""
    lines, i = [], 0

    def number():
        nonlocal i
        value = shift = 0
        while True:
            byte = table[i]
            i += 1
            value |= (byte & 63) << shift
            shift += 6
            if not byte & 64:
                return value

    def signed():
        value = number()
        return -(value >> 1) if value & 1 else value >> 1

    while i < len(table):
        head = table[i]
        i += 1
        kind, shown = head >> 3 & 15, line
        if kind == 15:
            shown = None
        elif kind == 14:
            line += signed()
            number(), number(), number()
            shown = line
        elif kind == 13:
            line += signed()
            shown = line
        elif kind >= 10:
            line += kind - 10
            i += 2
            shown = line
        else:
            i += 1
        lines += [shown] * ((head & 7) + 1)
    return lines


codes = {}


def place():
    """Frames and code objects have the same leading fields on both sides; the instructions lie elsewhere."""
    if REFERENCE:
        runtime = symbol("_PyRuntime")
        frame = word(word(word(runtime + layout["thread"]) + layout["cframe"]) + layout["frame"])
    else:
        frame = word(word(symbol("minipy::g_current_thread")) + 56)
    if not frame:
        return "-"
    code, previous = word(frame + 32), word(frame + 56)
    first_line = integer(code + 72)
    table = word(code + 136)
    # Dead code objects leave their places to others.
    key = text(word(code + 112)), text(word(code + 120)), first_line, table, word(table + 16)
    if key not in codes:
        codes[key] = code_unit_lines(bytes(inferior.read_memory(table + 32, word(table + 16))), first_line)
    (file, name), lines = key[:2], codes[key]
    unit = (previous - (code + 184 if REFERENCE else word(code + 160) + 32)) // 2
    return f"{file}:{lines[unit] if 0 <= unit < len(lines) else None}:{name}"


@functools.cache
def function_at(address):
    found = "No symbol" if REFERENCE else gdb.execute(f"info symbol {address}", to_string=True)
    return hex(address) if found.startswith("No symbol") else found.split("(")[0].strip()


def native_functions():
    frame, names = gdb.newest_frame(), []
    while frame is not None and len(names) < (1 if REFERENCE else NATIVE_FUNCTIONS):
        names.append(function_at(frame.pc()))
        frame = frame.older()
    return " < ".join(names)


def free_lists():
    if REFERENCE:
        runtime = symbol("_PyRuntime")
        held = [integer(runtime + layout["tuples"] + 4 * i) for i in range(9)]
        return held + [integer(runtime + layout["lists"]), integer(runtime + layout["dicts"])]
    tuples = symbol("minipy::(anonymous namespace)::free_tuples")
    held = [integer(tuples + 88 * i + 64) for i in range(9)]
    return held + [integer(symbol(f"minipy::(anonymous namespace)::{name}") + 64) for name in ("free_list_objects", "free_dicts")]


class Watch(gdb.Breakpoint):
    def stop(self):
        count = integer(count_address)
        log.write(f"{count - self.last:+d} {count} | {place()} | {native_functions()} | {' '.join(map(str, free_lists()))}\n")
        self.last = count
        return False


for command in ("set pagination off", "set confirm off", "set width 0", "handle SIGUSR1 stop nopass"):
    gdb.execute(command, to_string=True)
gdb.execute("run", to_string=True)
inferior = gdb.selected_inferior()
count_address = symbol("_PyRuntime") + layout["count"] if REFERENCE else symbol("minipy::g_gc") + 20
watch = Watch(f"*(int*){count_address}", gdb.BP_WATCHPOINT, gdb.WP_WRITE)
watch.silent = True
watch.last = integer(count_address)
gdb.execute("continue", to_string=True)
log.close()
gdb.execute("kill")
