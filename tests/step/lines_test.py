#!/usr/bin/python3.11
"""The stepper's plain lines: lines/NAME.commands for the program lines/NAME.py must give lines/NAME.expected. What is in
lines/NAME.options stands before the program.

usage: lines_test.py MINIPY [--update] [NAME...]
"""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "lines")
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt


def run(minipy, name):
    environment = dict(os.environ, PYTHONHASHSEED="0")
    options = []
    if os.path.exists(os.path.join(FOLDER, name + ".options")):
        with open(os.path.join(FOLDER, name + ".options")) as file:
            options = file.read().split()
    with open(os.path.join(FOLDER, name + ".commands")) as commands:
        done = subprocess.run([minipy, "dis", "--step", *options, name + ".py", "an argument"], stdin=commands, cwd=FOLDER,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, timeout=120 * SLOWNESS)
    text = re.sub(r"0x[0-9a-f]+", "0x", done.stdout.decode()).replace(FOLDER, "FOLDER")
    # Objects that live for ever have counts that say nothing.
    text = re.sub(r"\b[0-9]{7,} refs", "many refs", text)
    # Sizes follow the machine and what else is recorded with a value.
    text = re.sub(r"[0-9.]+ MB; at most", "? MB; at most", text)
    return text + f"exit status {done.returncode}\n"


def main():
    minipy, *names = sys.argv[1:]
    update = "--update" in names
    names = [n for n in names if n != "--update"]
    names = names or sorted(n[:-9] for n in os.listdir(FOLDER) if n.endswith(".commands"))
    failed = 0
    for name in names:
        path = os.path.join(FOLDER, name + ".expected")
        text = run(os.path.abspath(minipy), name)
        if update:
            with open(path, "w") as f:
                f.write(text)
            continue
        with open(path) as f:
            expected = f.read()
        if text != expected:
            failed += 1
            print(f"{name}: differs from {path}")
            for ours, theirs in zip(text.split("\n"), expected.split("\n")):
                if ours != theirs:
                    print(f"  expected {theirs}\n  printed  {ours}")
                    break
    print(f"{len(names) - failed} of {len(names)} scripts as expected")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main())
