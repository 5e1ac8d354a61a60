"""Fail on a source file of more than 2,000 lines.

usage: check_file_size.py ROOT

A file has one subject and fits in a reader's head: about 1,000 lines, never over 2,000. Files between the two are
listed, so that they are seen.
"""
import sys
from pathlib import Path

FOLDERS = ["gc", "runtime", "compiler", "vm", "capi", "stdlib", "cli", "cmake", "tests", "benchmarks"]
SUFFIXES = {".cc", ".h", ".c++", ".inc", ".def", ".py", ".cmake"}
NAMES = {"CMakeLists.txt"}  # other .txt files are data
# Tables that a program writes from Unicode's or another standard's data; nobody reads them.
GENERATED_MARK = "@generated"
SOFT_LIMIT = 1_200
HARD_LIMIT = 2_000


def line_count(path):
    """The number of lines of `path`, or 0 where it says in its first lines that it is generated."""
    with open(path, "rb") as file:
        data = file.read()
    if GENERATED_MARK.encode() in data[:500]:
        return 0
    return data.count(b"\n")


def main(root):
    bad = 0
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if not (path.suffix in SUFFIXES or path.name in NAMES) or not path.is_file():
                continue
            count = line_count(path)
            if count > HARD_LIMIT:
                bad += 1
                print(f"{path.relative_to(root)}: {count} lines, more than {HARD_LIMIT}: split it")
            elif count > SOFT_LIMIT:
                print(f"{path.relative_to(root)}: {count} lines (note)")
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
