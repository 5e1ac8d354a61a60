"""Fail on an include that goes up the house.

usage: check_includes.py ROOT

The rooms, bottom to top, are gc < runtime < compiler < vm < capi < stdlib < cli. A file may include its own room and
those below it. Includes of the project are written from the root ("runtime/list.h"), so a quoted include that names no
room is an error too; generated headers ("generated/config.h") may be used everywhere.
"""
import re
import sys
from pathlib import Path

ROOMS = ["gc", "runtime", "compiler", "vm", "capi", "stdlib", "cli"]
SUFFIXES = {".cc", ".h", ".c++", ".inc", ".def"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def problems_in(lines, room):
    """Yield (line number, message) for each include in `lines`, a file of `room`, that breaks the rule."""
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, target = match.groups()
        first = target.split("/")[0]
        if first in ROOMS and "/" in target:
            if ROOMS.index(first) > ROOMS.index(room):
                yield number, f'"{target}" goes up: {room} lies below {first}'
        elif quote == '"' and first != "generated":
            yield number, f'"{target}" is not written from the root (room/file.h)'


def main(root):
    count = bad = 0
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            count += 1
            for number, message in problems_in(path.read_text().splitlines(), room):
                bad += 1
                print(f"{path.relative_to(root)}:{number}: {message}")
    print(f"{count} files, {bad} includes against the rule")
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
