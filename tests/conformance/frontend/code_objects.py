"""Compares the code objects that minipy and the reference make of library files: every field, recursively.

minipy compiles the files in one process and writes them with marshal; this script, run by the reference, compiles the same
files and compares: names, flags, instructions, constants with their types and signs of zero, location and exception tables.
Sources that do not compile must not compile in either.
"""

import argparse
import collections
import marshal
import os
import random
import subprocess
import sys
import tempfile
import types

FIELDS = ["co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_flags", "co_names", "co_varnames",
          "co_freevars", "co_cellvars", "co_code", "co_consts", "co_stacksize", "co_firstlineno", "co_linetable",
          "co_exceptiontable", "co_name", "co_qualname", "co_filename"]

# Run by minipy: argv is the list of files, the output folder and the optimisation level.
COMPILE = """
import marshal, sys, warnings
warnings.simplefilter("ignore")
for index, name in enumerate(open(sys.argv[1]).read().split("\\n")):
    with open(name, "rb") as file:
        source = file.read()
    try:
        code = compile(source, name, "exec", dont_inherit=True, optimize=int(sys.argv[3]))
    except (SyntaxError, ValueError) as error:
        result = b"E" + type(error).__name__.encode()
    else:
        result = b"C" + marshal.dumps(code)
    with open(f"{sys.argv[2]}/{index}", "wb") as file:
        file.write(result)
"""


def constant_key(value):
    """Equal only for constants of the same type and value; code objects are compared by themselves."""
    if isinstance(value, types.CodeType):
        return "code"
    if isinstance(value, tuple):
        return ("tuple", tuple(map(constant_key, value)))
    if isinstance(value, frozenset):
        return ("frozenset", frozenset(map(constant_key, value)))
    return (type(value), repr(value))


def first_difference(own, reference):
    """(qualified name, field, own value, reference value) of the first field that differs, or None."""
    for field in FIELDS:
        a, b = getattr(own, field), getattr(reference, field)
        if field == "co_consts":
            for x, y in zip(a, b):
                if isinstance(x, types.CodeType) and isinstance(y, types.CodeType):
                    if inner := first_difference(x, y):
                        return inner
            a, b = constant_key(a), constant_key(b)
        if a != b:
            return reference.co_qualname, field, a, b
    return None


def library_files(folders):
    found = []
    for folder in folders:
        for parent, folders_below, files in os.walk(folder):
            folders_below.sort()
            found += [os.path.join(parent, name) for name in sorted(files) if name.endswith(".py")]
    return found


def compile_with(interpreter, files, level, folder):
    listing = os.path.join(folder, "files")
    with open(listing, "w") as file:
        file.write("\n".join(files))
    subprocess.run([interpreter, "-S", "-c", COMPILE, listing, folder, str(level)], check=True)
    results = []
    for index in range(len(files)):
        with open(os.path.join(folder, str(index)), "rb") as file:
            results.append(file.read())
    return results


def compare(interpreter, files, level):
    differing = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, result in zip(files, compile_with(interpreter, files, level, folder)):
            with open(name, "rb") as file:
                source = file.read()
            try:
                reference = compile(source, name, "exec", dont_inherit=True, optimize=level)
            except (SyntaxError, ValueError) as error:
                if result != b"E" + type(error).__name__.encode():
                    differing["outcome"] += 1
                    print(f"-O{level} {name}: reference raises {type(error).__name__}, minipy {result[:20]!r}")
                continue
            if result[:1] != b"C":
                differing["outcome"] += 1
                print(f"-O{level} {name}: minipy raises {result[1:].decode()}")
            elif difference := first_difference(marshal.loads(result[1:]), reference):
                differing[difference[1]] += 1
                print(f"-O{level} {name}: {difference[0]}.{difference[1]}")
                print("    minipy   ", repr(difference[2])[:200])
                print("    reference", repr(difference[3])[:200])
    print(f"-O{level}: {len(files) - sum(differing.values())} of {len(files)} files agree")
    return not differing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--sample", type=int, help="only so many files, chosen by the seed")
    parser.add_argument("--seed", type=int, default=311)
    parser.add_argument("--optimize", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("folders", nargs="*", default=["/usr/lib/python3.11"])
    options = parser.parse_args()
    import warnings
    warnings.simplefilter("ignore")
    files = library_files(options.folders)
    if options.sample and options.sample < len(files):
        files = sorted(random.Random(options.seed).sample(files, options.sample))
    agreed = [compare(os.path.abspath(options.interpreter), files, level) for level in options.optimize]
    return 0 if all(agreed) else 1


if __name__ == "__main__":
    sys.exit(main())
