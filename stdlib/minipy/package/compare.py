"""`minipy compare`: what minipy makes of programs, beside what CPython makes of them.

One script runs on both interpreters (stages.py or probe.py of this package) and writes texts; here they are compared. The
scripts are handed over as code objects: minipy's bytecode is CPython's.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from minipy import tool

BOOT = "import marshal, sys; exec(marshal.load(open(sys.argv.pop(1), 'rb')), {'__name__': '__main__'})"
STAGES = ("tokens", "tree", "symbols", "code")
LINES_BEFORE, LINES_AFTER = 2, 4


class Interpreter:
    """One of the two, and how scripts are run on it."""

    def __init__(self, name, path, folder):
        self.name = name
        self.path = path
        self.folder = folder

    def command(self, script, *arguments):
        return [self.path, "-s", "-S", "-P", "-c", BOOT, os.path.join(self.folder, script), *arguments]

    def start(self, script, *arguments, **options):
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        # The order in which names pass through scopes, for one, depends on their hashes.
        env["PYTHONHASHSEED"] = "0"
        process = subprocess.Popen(self.command(script, *arguments), env=env, **options)
        tool.started.append(process)
        return process

    def text(self, script, *arguments):
        """What the script writes, and its exit status."""
        process = self.start(script, *arguments, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        output, _ = process.communicate()
        return output.decode("utf-8", "backslashreplace"), process.returncode


class UsageError(Exception):
    pass


def write_scripts(folder):
    import marshal
    import minipy
    for name in "stages", "probe":
        with open(os.path.join(folder, name), "wb") as file:
            marshal.dump(minipy.__loader__.get_code("minipy." + name), file)


def find_reference(path):
    found = shutil.which(path)
    if not found:
        raise UsageError(f"there is no interpreter {path} to compare with: Debian's package python3.11 has it, "
                         "--reference PATH names another one")
    version = subprocess.run([found, "-I", "-S", "-c", "import sys; print(sys.implementation.name, *sys.version_info[:2])"],
                             capture_output=True, text=True).stdout.split()
    if version != ["cpython", "3", "11"]:
        raise UsageError(f"{path} is not CPython 3.11")
    return found


def find_files(paths):
    files = []
    for path in paths:
        if os.path.isdir(path):
            for folder, folders, names in os.walk(path):
                folders.sort()
                files += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".py")]
        elif os.path.isfile(path):
            files.append(path)
        else:
            raise UsageError(f"can't open '{path}': no such file")
    if not files:
        raise UsageError("there is no .py file in " + ", ".join(paths))
    return files


class Progress:
    """How far it is, on a terminal."""

    def __init__(self, total, wanted):
        self.total = total
        self.shown = wanted and total > 1 and sys.stderr.isatty()

    def at(self, done):
        if self.shown:
            print(f"\r\033[K{done} of {self.total} files", end="", file=sys.stderr, flush=True)

    def clear(self):
        if self.shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


# ---- Finding differences

def digests(interpreter, stages, files):
    """Yields {stage: digest} for each file; None for the rest once the interpreter has died."""
    # Both are asked for everything at once; the paths wait in a file, so that nobody has to feed two pipes.
    with tempfile.TemporaryFile("w+") as paths:
        paths.write("".join(file + "\n" for file in files))
        paths.seek(0)
        process = interpreter.start("stages", "digests", *stages, stdin=paths, stdout=subprocess.PIPE, text=True)
    with process:
        for _ in files:
            line = process.stdout.readline()
            yield json.loads(line)[1] if line else None


def compared_stages(both, options, files, report):
    """Calls report(file, [(stage, minipy's text, the reference's text)...]) for each file."""
    stages = options.all("stage") or STAGES
    inner = []  # as stages.py calls them
    for stage in STAGES:
        if stage in stages:
            inner += {"tree": ["tree", "comments"], "code": ["code" + options.optimize]}.get(stage, [stage])
    results = [digests(interpreter, inner, files) for interpreter in both]
    for file, ours, theirs in zip(files, *results):
        differences = []
        for stage in inner:
            if ours and theirs and ours[stage] == theirs[stage]:
                continue
            texts = [interpreter.text("stages", "show", stage, file) for interpreter in both]
            differences.append((stage.rstrip("012"), *map(shown_text, texts)))
        report(file, differences)


def shown_text(result):
    text, status = result
    if status < 0:
        text += f"(killed by signal {-status})\n"
    return text


def compared_runs(both, options, files, report):
    kind = "refs" if options.refs else "sizes" if options.sizes else "identity"
    for file in files:
        texts = [interpreter.text("probe", kind, file) for interpreter in both]
        for _, status in texts:
            if status == 2:
                raise UsageError(f"{file} cannot be compared: see above")
        ours, theirs = map(shown_text, texts)
        report(file, [] if ours == theirs else [(kind, ours, theirs)])


# ---- Showing them

def first_difference(ours, theirs):
    """Index of the first line that differs, and both texts as lines."""
    ours, theirs = ours.splitlines(), theirs.splitlines()
    for index, (a, b) in enumerate(zip(ours, theirs)):
        if a != b:
            return index, ours, theirs
    return min(len(ours), len(theirs)), ours, theirs


def cut(line, width, around):
    """The line in so many columns; where it is too long, the part with column `around`."""
    line = line.expandtabs().replace("\r", "\\r").replace("\x1b", "\\x1b")
    if len(line) > width:
        start = max(0, min(around - width // 3, len(line) - width))
        line = ("…" if start else "") + line[start + bool(start):]
        if len(line) > width:
            line = line[:width - 1] + "…"
    return line + " " * (width - len(line))


def common_prefix(a, b):
    length = 0
    for x, y in zip(a, b):
        if x != y:
            break
        length += 1
    return length


def show_side_by_side(ours, theirs, names, width):
    index, ours, theirs = first_difference(ours, theirs)
    column = (width - 9) // 2
    print(f"      {names[0]:{column}} | {names[1]}")
    for i in range(max(0, index - LINES_BEFORE), index + LINES_AFTER):
        a, b = (lines[i] if i < len(lines) else "" for lines in (ours, theirs))
        if i >= len(ours) and i >= len(theirs):
            break
        around = common_prefix(a, b) if a != b else 0
        print(f"    {'!' if a != b else ' '} {cut(a, column, around)} | {cut(b, column, around)}".rstrip())


class Report:
    def __init__(self, options, both, total):
        self.json = options.json
        self.names = [interpreter.name for interpreter in both]
        self.width = int(options.width or shutil.get_terminal_size((120, 24)).columns)
        self.progress = Progress(total, not options.quiet)
        self.done = self.different = 0
        self.progress.at(0)

    def __call__(self, file, differences):
        self.done += 1
        self.different += bool(differences)
        self.progress.clear()
        if self.json:
            print(json.dumps({"file": file, "equal": not differences, "differences": [
                self.difference_data(*difference) for difference in differences]}), flush=True)
        else:
            for stage, ours, theirs in differences:
                print(f"{file}: {stage}: line {first_difference(ours, theirs)[0] + 1} differs")
                show_side_by_side(ours, theirs, self.names, self.width)
        self.progress.at(self.done)

    def difference_data(self, stage, ours, theirs):
        index, ours, theirs = first_difference(ours, theirs)
        return {"stage": stage, "line": index + 1, "minipy": ours[index] if index < len(ours) else None,
                "reference": theirs[index] if index < len(theirs) else None}

    def end(self):
        self.progress.clear()
        if not self.json:
            same = self.done - self.different
            print(f"{same} of {self.done} {'file' if self.done == 1 else 'files'} equal")
        return 1 if self.different else 0


def compare(options):
    reference = find_reference(options.reference or "/usr/bin/python3.11")
    files = find_files(options.all("file"))
    with tempfile.TemporaryDirectory(prefix="minipy-compare-") as folder:
        write_scripts(folder)
        both = (Interpreter("minipy", sys.executable, folder), Interpreter(os.path.basename(reference), reference, folder))
        report = Report(options, both, len(files))
        runs = options.refs or options.sizes or options.identity
        (compared_runs if runs else compared_stages)(both, options, files, report)
        return report.end()


@tool.ending_with_children
def main(words):
    try:
        return compare(tool.Options(words))
    except UsageError as error:
        print(f"minipy compare: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
