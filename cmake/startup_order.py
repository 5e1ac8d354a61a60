#!/usr/bin/python3.11
"""Write cmake/startup_order.txt: the functions and data that start-up touches.

usage: startup_order.py MINIPY [OUTPUT]

The linker puts these symbols first in their sections, so that the pages which every run needs lie together and the others
are never read: the kernel maps 16 pages around each one that is touched. Each symbol's touched bytes are counted with
valgrind's memory trace of `MINIPY -c pass`. Large tables of which little is touched come last.

A name that is no longer there is ignored by the linker: run this again (`./dev layout`) when start-up has changed much.
"""
import bisect
import subprocess
import sys
import tempfile
from pathlib import Path

SPARSE_SIZE = 8192  # a symbol of at least this size...
SPARSE_SHARE = 0.2  # ...with less than this share touched is sparse


def symbols(binary):
    """(address, size, name) of every symbol with a size, by address."""
    listing = subprocess.run(["nm", "--print-size", "--numeric-sort", binary], capture_output=True, text=True, check=True)
    found = []
    for line in listing.stdout.splitlines():
        parts = line.split(None, 3)
        if len(parts) == 4 and len(parts[1]) == 16:
            found.append((int(parts[0], 16), int(parts[1], 16), parts[3]))
    return found


def touched_addresses(binary, end):
    """The addresses below `end` that start-up executes, reads or writes, in the order of first use, with sizes."""
    command = ["valgrind", "--tool=lackey", "--trace-mem=yes", "--log-fd=9", binary, "-c", "pass"]
    seen = {}
    with subprocess.Popen(["sh", "-c", 'exec "$@" 9>&1 >/dev/null', "sh", *command], stdout=subprocess.PIPE) as process:
        for line in process.stdout:  # "I  00206540,3" or " L 00206540,8"
            if line[3:4] == b"0" and line not in seen and len(line) < 16:
                seen[line] = None
        if process.wait() != 0:
            sys.exit("startup_order.py: valgrind failed")
    result = []
    for line in seen:
        address, size = line[3:].split(b",")
        if int(address, 16) < end:
            result.append((int(address, 16), int(size)))
    return result


def touched_symbols(binary):
    table = symbols(binary)
    starts = [start for start, _, _ in table]
    touched = {}  # index into the table: bytes touched
    for address, size in touched_addresses(binary, starts[-1] + table[-1][1]):
        i = bisect.bisect_right(starts, address) - 1
        # Symbols may overlap (aliases, entries within another): go back to one that covers the address.
        while i > 0 and address >= starts[i] + table[i][1] and address - starts[i] < 1 << 12:
            i -= 1
        if i >= 0 and address < starts[i] + table[i][1]:
            touched[i] = touched.get(i, 0) + size
    return [(table[i], count) for i, count in touched.items()]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    output = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).with_name("startup_order.txt")
    found = touched_symbols(sys.argv[1])
    sparse = [size >= SPARSE_SIZE and count < SPARSE_SHARE * size for (_, size, _), count in found]
    names = [name for ((_, _, name), _), late in zip(found, sparse) if not late]
    names += [name for ((_, _, name), _), late in zip(found, sparse) if late]
    output.write_text("".join(name + "\n" for name in dict.fromkeys(names)))
    print(f"{output}: {len(names)} symbols, {sum(size for (_, size, _), _ in found) // 1024} KiB")


if __name__ == "__main__":
    main()
