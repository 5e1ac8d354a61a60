#!/usr/bin/python3.11
"""Run the commands that pages of docs/ show, and compare with the output that the pages show.

A fenced block whose first line starts with "$ " is a transcript: a line "$ COMMAND" (continued by lines "> MORE") and below
it what the command prints, standard output and standard error together, until the next "$ ". All transcripts of a
page run in one shell, in an empty folder, with `minipy` on PATH; so `$ echo $?` shows the exit status of the command before.
`$ cat FILE` of a file that does not exist writes the text below it into that file: that is how a page shows its program.
In shown output a line that is only "…" stands for any number of lines, and "…" inside a line for any text.
A command that ends in "  # not run" is not run, nor is its output compared.

usage: check_pages.py [--interpreter MINIPY] [--update] PAGE...

--update writes what the commands printed into the pages, except where the page's output agrees, "…" and all.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt
TIMEOUT = 300 * SLOWNESS  # seconds a page
NOT_RUN = "  # not run"
KEPT_VARIABLES = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH", "MINIPY_STDLIB")


class Step:
    """One command of a page: its text, the number of its first line (from 0) and the lines of output that are shown."""

    def __init__(self, line, command):
        self.line = line
        self.command = command
        self.shown = []
        self.end = line + 1  # the line behind the output
        self.printed = None

    @property
    def is_run(self):
        return not self.command.endswith(NOT_RUN)

    @property
    def shows_file(self):
        """The name in `cat NAME`, else None."""
        words = self.command.split()
        return words[1] if len(words) == 2 and words[0] == "cat" and not set(words[1]) & set("*?$<|'\"") else None


def steps_of(lines):
    """The steps of a page's transcripts, in order."""
    steps, fence, transcript = [], None, False
    for number, line in enumerate(lines):
        if fence is None:
            match = re.match(r"\s*(```+|~~~+)", line)
            if match:
                fence = match[1]
                transcript = number + 1 < len(lines) and lines[number + 1].startswith("$ ")
        elif line.strip() == fence:
            fence = None
        elif transcript and line.startswith("$ "):
            steps.append(Step(number, line[2:]))
        elif transcript and line.startswith("> ") and not steps[-1].shown:
            steps[-1].command += "\n" + line[2:]
            steps[-1].end = number + 1
        elif transcript:
            steps[-1].shown.append(line)
            steps[-1].end = number + 1
    return steps


def script_for(steps, output):
    """A shell script that runs the steps and leaves what each prints in output/N."""
    parts = []
    files = set()
    for number, step in enumerate(steps):
        if not step.is_run:
            continue
        name = step.shows_file
        if name and name not in files:
            files.add(name)
            text = "".join(line + "\n" for line in step.shown)
            parts.append(f"[ -e {shlex.quote(name)} ] || printf %s {shlex.quote(text)} >{shlex.quote(name)}\n")
        parts.append(f"{{ {step.command}\n}} >{output}/{number} 2>&1 </dev/null\n")
    return "".join(parts)


def run_page(steps, interpreter):
    """Sets step.printed (a list of lines; None where the command was not reached) of every step that is run."""
    with tempfile.TemporaryDirectory(prefix="page-") as tmp:
        for folder in ("bin", "output", "work"):
            os.mkdir(f"{tmp}/{folder}")
        os.symlink(os.path.abspath(interpreter), f"{tmp}/bin/minipy")
        env = {"PATH": f"{tmp}/bin:/usr/bin:/bin", "HOME": tmp, "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "COLUMNS": "80",
               "PYTHONDONTWRITEBYTECODE": "1"}
        env.update((name, os.environ[name]) for name in KEPT_VARIABLES if name in os.environ)
        process = subprocess.Popen(["/bin/bash", "-c", script_for(steps, f"{tmp}/output")], cwd=f"{tmp}/work", env=env,
                                   start_new_session=True)
        try:
            process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
        for number, step in enumerate(steps):
            file = Path(f"{tmp}/output/{number}")
            if file.exists():
                text = file.read_bytes().decode("utf-8", "backslashreplace")
                # The folder is another one each time.
                step.printed = text.replace(f"{tmp}/work/", "").split("\n")
                if step.printed[-1] == "":
                    step.printed.pop()


def matches(shown, printed):
    """Whether the lines `printed` are what `shown` says."""
    if shown == printed:
        return True
    pattern = "".join(
        "(?:.*\n)*?" if line.strip() == "…" else ".*?".join(map(re.escape, line.split("…"))) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def check_page(path, interpreter, update):
    """The number of steps whose output differs, and of those that were run."""
    lines = path.read_text(encoding="utf-8").split("\n")
    steps = steps_of(lines)
    run_page(steps, interpreter)
    bad = 0
    for step in reversed(steps):
        if not step.is_run or (step.printed is not None and matches(step.shown, step.printed)):
            continue
        bad += 1
        print(f"{path}:{step.line + 1}: $ {step.command}")
        if step.printed is None:
            print("    not reached, or the page took more than", TIMEOUT, "seconds")
            continue
        if update:
            printed = [re.sub(r"\b0x[0-9a-f]{7,}\b", "0x…", line) for line in step.printed]  # addresses
            lines[step.end - len(step.shown):step.end] = printed
        for title, text in ("shown", step.shown), ("printed", step.printed):
            print(f"  {title}:")
            print("".join(f"    {line}\n" for line in text[:40]), end="")
            if len(text) > 40:
                print(f"    ({len(text) - 40} more lines)")
    if update and bad:
        path.write_text("\n".join(lines), encoding="utf-8")
    return bad, sum(step.is_run for step in steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = Path(__file__).resolve().parents[2]
    parser.add_argument("--interpreter", default=str(root / "build/release/minipy"))
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGE")
    options = parser.parse_args()
    failed = total = 0
    for page in options.pages:
        bad, count = check_page(page, options.interpreter, options.update)
        if not count:
            print(f"{page}: shows no command")
            failed += 1
            total += 1
        failed += bad
        total += count
    print(f"{total - failed} of {total} commands print what the pages show")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
