"""Exchanges compiled files between minipy and the reference.

usage: pyc.py --interpreter MINIPY

A .pyc written by one must be byte for byte what the other writes (py_compile and compileall; by time stamp, checked and
unchecked hash; each level of optimisation), must run and be imported by the other, and must be used or remade in the same
cases.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

REFERENCE = "/usr/bin/python3.11"
LIBRARY = ["abc.py", "argparse.py", "ast.py", "bdb.py", "calendar.py", "colorsys.py", "dataclasses.py", "decimal.py",
           "difflib.py", "enum.py", "functools.py", "heapq.py", "inspect.py", "pickle.py", "_pydecimal.py", "tarfile.py",
           "typing.py", "zipfile.py"]
MODULE = """\
'''A module.'''
import sys
class C:
    def method(self, x, *, y=(1, 2.5, -0.0, 3j, 'text', b'bytes', None, ...)):
        return [z for z in y if z in {1, 'a', b'c'}], lambda: x
VALUE = C().method(1)[0], 10**30, 'é', 'VERSION'
print(__name__, VALUE, __doc__)
"""
COMPILE = """
import py_compile, sys
source, target, mode, level = sys.argv[1:]
py_compile.compile(source, target, doraise=True, optimize=int(level),
                   invalidation_mode=py_compile.PycInvalidationMode[mode])
"""
MODES = ["TIMESTAMP", "CHECKED_HASH", "UNCHECKED_HASH"]

failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print("differs:", what)


def run(interpreter, *arguments, cwd=None, status=0):
    result = subprocess.run([interpreter, *arguments], capture_output=True, text=True, cwd=cwd,
                            env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "0"})
    check(result.returncode == status, f"{interpreter} {arguments}: status {result.returncode}\n{result.stderr}")
    return result.stdout


def read(path):
    with open(path, "rb") as file:
        return file.read()


def compare_py_compile(interpreter, folder):
    sources = [os.path.join("/usr/lib/python3.11", name) for name in LIBRARY]
    own = os.path.join(folder, "own.py")
    with open(own, "w") as file:
        file.write(MODULE)
    for source in [own, *sources]:
        for mode in MODES if source == own else MODES[1:2]:
            for level in 0, 1, 2:
                targets = [os.path.join(folder, f"{n}.pyc") for n in range(2)]
                for binary, target in zip((interpreter, REFERENCE), targets):
                    run(binary, "-c", COMPILE, source, target, mode, str(level))
                check(read(targets[0]) == read(targets[1]), f"{source} {mode} -O{level}")
                if source == own:
                    printed = {run(binary, target) for binary in (interpreter, REFERENCE) for target in targets}
                    check(len(printed) == 1, f"what {mode} -O{level} prints: {printed}")


def tree(folder):
    return {os.path.relpath(os.path.join(place, name), folder): read(os.path.join(place, name))
            for place, _, names in os.walk(folder) for name in names}


def compare_compileall(interpreter, folder):
    place = os.path.join(folder, "package")
    trees, printed = [], []
    for binary in interpreter, REFERENCE:
        os.makedirs(os.path.join(place, "inner"))
        for name in "__init__.py", "a.py", "inner/__init__.py", "inner/b.py":
            with open(os.path.join(place, name), "w") as file:
                file.write(MODULE)
            os.utime(os.path.join(place, name), (1e9, 1e9))
        with open(os.path.join(place, "wrong.py"), "w") as file:
            file.write("x = = 1\n")
        printed.append(run(binary, "-m", "compileall", "-o", "0", "-o", "2", place, status=1))
        printed.append(run(binary, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-f", place, status=1))
        trees.append(tree(place))
        shutil.rmtree(place)
    check(trees[0] == trees[1], f"the trees of compileall: {sorted(n for n in trees[1] if trees[0].get(n) != trees[1][n])}")
    check(printed[:2] == printed[2:], f"what compileall prints: {printed}")


def compare_imports(interpreter, folder):
    """Which of source and compiled file is used, after changes of either."""
    place = os.path.join(folder, "imports")
    source = os.path.join(place, "module.py")
    cached = os.path.join(place, "__pycache__", "module.cpython-311.pyc")
    for writer, reader in (interpreter, REFERENCE), (REFERENCE, interpreter):
        for mode in MODES:
            os.makedirs(place)
            with open(source, "w") as file:
                file.write(MODULE)
            os.utime(source, (1e9, 1e9))
            run(writer, "-c", COMPILE, source, cached, mode, "0")
            before = read(cached)
            first = run(reader, "-c", "import module", cwd=place)
            check(read(cached) == before, f"{reader} remakes what {writer} made ({mode})")
            with open(source, "w") as file:
                file.write(MODULE.replace("VERSION", "CHANGED"))
            os.utime(source, (2e9, 2e9))
            second = run(reader, "-c", "import module", cwd=place)
            check((first == second) == (mode == "UNCHECKED_HASH"), f"{reader} after a change ({mode}): {second}")
            # A checked file by hash is remade as such.
            check(run(writer, "-c", "import module", cwd=place) == second, f"{writer} on what {reader} remade ({mode})")
            for option in "always", "never", "default":
                results = {run(binary, "--check-hash-based-pycs", option, "-c", "import module", cwd=place)
                           for binary in (writer, reader)}
                check(len(results) == 1, f"--check-hash-based-pycs {option}: {results}")
            shutil.rmtree(place)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True)
    interpreter = os.path.abspath(parser.parse_args().interpreter)
    with tempfile.TemporaryDirectory() as folder:
        for part in compare_py_compile, compare_compileall, compare_imports:
            part(interpreter, folder)
    print("compiled files:", f"{failures} differences" if failures else "both agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
