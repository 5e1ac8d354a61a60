"""Compares what minipy and the reference say of wrong programs: the class and all fields of errors, warnings, or code.

usage: compare_mutants.py --interpreter MINIPY [--seed N] [--scale N] [KIND[:FIRST:COUNT] ...]

mutants.py describes the kinds. known_mutants.txt lists those of the default seed that differ, with the cause; one that
differs and is not listed, or is listed and agrees, is an error. Where the reference's own outcome varies from process to
process (see line_varies), the cause begins with "varies": those may differ or agree, and one that is not listed is told.
"""

import argparse
import json
import os
import subprocess
import sys
import threading

from frontend import HERE, PROCESSES, Progress, environment

MUTANTS = os.path.join(HERE, "mutants.py")
KNOWN = os.path.join(HERE, "known_mutants.txt")
SEED = 311
COUNTS = {"library": 20000, "bytes": 4000, "fragment": 4000, "fstring": 4000, "match": 2000, "version": 2000, "scopes": 4000,
          "embedded": 20000}
CHUNK = 250
SHOWN = 10


def known_mutants():
    """{(kind, index): cause} from lines of "KIND:INDEX  cause"."""
    known = {}
    with open(KNOWN) as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, cause = line.split(None, 1)
                kind, index = name.split(":")
                known[kind, int(index)] = cause.strip()
    return known


def outcomes(interpreter, seed, chunks, progress):
    """{(kind, index): outcome}; a mutant that ends its process has that as its outcome."""
    results = {}

    def serve(part):
        while part:
            ranges = [f"{kind}:{first}:{count}" for kind, first, count in part]
            process = subprocess.Popen([interpreter, MUTANTS, "outcomes", str(seed), *ranges], stdout=subprocess.PIPE,
                                       text=True, env=environment())
            for line in process.stdout:
                kind, index, outcome = json.loads(line)
                results[kind, index] = outcome
                progress.step()
            process.wait()
            part = [chunk for chunk in part if (chunk[0], chunk[1] + chunk[2] - 1) not in results]
            if part:
                kind, first, count = part[0]
                index = next(n for n in range(first, first + count) if (kind, n) not in results)
                results[kind, index] = f"the process ends with status {process.returncode}"
                progress.step()
                part[0] = kind, index + 1, first + count - index - 1
                part = [chunk for chunk in part if chunk[2]]

    threads = [threading.Thread(target=serve, args=(chunks[i::PROCESSES],)) for i in range(PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def line_varies(kind, expected, got):
    """Of an error at the end of a source in another encoding than UTF-8, CPython looks for the line by comparing addresses
    in two buffers: its text and column vary from process to process. (Of two such errors everything else is compared.)"""
    if kind != "bytes" or not isinstance(got, list) or expected[1] != got[1] or len(expected[0]) != 10 or len(got[0]) != 10:
        return False
    # class, args, msg, filename, lineno, offset, end_lineno, end_offset, text, print_file_and_line
    same = (0, 2, 3, 4, 6, 9)
    return all(expected[0][n] == got[0][n] for n in same) and expected[0][8] != got[0][8]


def report(interpreter, seed, subject, expected, got):
    kind, index = subject
    print(f"{kind}:{index}")
    shown = subprocess.run([interpreter, MUTANTS, "show", str(seed), f"{kind}:{index}"], capture_output=True, text=True)
    print("  " + shown.stdout.strip().replace("\n", "\n  "))
    print(f"  reference {expected!r:.600}\n  minipy    {got!r:.600}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--reference", default="/usr/bin/python3.11")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the number of mutants of each kind")
    parser.add_argument("--shown", type=int, default=SHOWN, help="how many differences to show (default: %(default)s)")
    parser.add_argument("parts", nargs="*", default=list(COUNTS))
    options = parser.parse_args()
    chunks = []
    for part in options.parts:
        kind, *numbers = part.split(":")
        first, count = map(int, numbers) if numbers else (0, int(COUNTS[kind] * options.scale))
        chunks += [(kind, n, min(CHUNK, first + count - n)) for n in range(first, first + count, CHUNK)]
    progress = Progress("mutants", 2 * sum(chunk[2] for chunk in chunks))
    interpreter = os.path.abspath(options.interpreter)
    expected = outcomes(options.reference, options.seed, chunks, progress)
    found = outcomes(interpreter, options.seed, chunks, progress)
    known = known_mutants() if options.seed == SEED else {}
    differing = sorted(subject for subject in expected if expected[subject] != found.get(subject))
    varying = {subject for subject in differing if line_varies(subject[0], expected[subject], found.get(subject))}
    unexpected = [subject for subject in differing if subject not in known and subject not in varying]
    agreeing = [subject for subject, cause in known.items()
                if subject in expected and subject not in differing and not cause.startswith("varies")]
    for subject in unexpected[:options.shown]:
        report(options.reference, options.seed, subject, expected[subject], found.get(subject))
    for kind in sorted({kind for kind, _ in expected}):
        total = sum(1 for subject in expected if subject[0] == kind)
        bad = sum(1 for subject in differing if subject[0] == kind)
        print(f"{kind}: {total - bad} of {total} mutants agree ({100 * (total - bad) / total:.2f} %)")
    if varying:
        print(f"{len(varying)} differ in a line that varies with the reference: "
              + ", ".join(f"{kind}:{index}{'' if (kind, index) in known else ' (not listed)'}" for kind, index in sorted(varying)))
    for kind, index in agreeing:
        print(f"known_mutants.txt lists {kind}:{index}, which agrees")
    return 1 if unexpected or agreeing else 0


if __name__ == "__main__":
    sys.exit(main())
