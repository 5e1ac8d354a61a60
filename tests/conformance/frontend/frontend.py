"""Compares the front ends of minipy and the reference over all Python files of Debian's packages.

usage: frontend.py --interpreter MINIPY [--sample N] [--cache FOLDER] [FILE or FOLDER ...]

For every file, every stage of stages.py must be the same on both: tokens, trees, symbol tables, code objects at each
-O level, errors and warnings. The reference's results are kept as digests in the cache folder, keyed by the file's
contents, the reference's version and the stages' own text. The first difference of every stage is shown as text.
"""

import argparse
import difflib
import hashlib
import json
import os
import random
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
STAGES = os.path.normpath(os.path.join(HERE, "../../../stdlib/minipy/package/stages.py"))
PACKAGES = ["libpython3.11-minimal", "libpython3.11-stdlib", "libpython3.11-testsuite"]
DIST_PACKAGES = "/usr/lib/python3/dist-packages"
PROCESSES = 2
LINES_SHOWN = 12


def corpus():
    """Every .py file of the reference's packages and of the system's dist-packages."""
    listed = subprocess.run(["dpkg", "-L", *PACKAGES], capture_output=True, text=True).stdout.splitlines()
    return sorted({path for path in listed if path.endswith(".py") and os.path.isfile(path)} |
                  set(files_below(DIST_PACKAGES)))


def files_below(place):
    if os.path.isfile(place):
        return [place]
    return [os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names if name.endswith(".py")]


class Progress:
    """A line that counts, on a terminal; else a line for every tenth."""

    def __init__(self, label, total):
        self.label, self.total, self.done = label, total, 0
        self.lock = threading.Lock()

    def step(self):
        with self.lock:
            self.done += 1
            if sys.stderr.isatty():
                end = "\n" if self.done == self.total else "\r"
                print(f"{self.label}: {self.done} of {self.total}", end=end, file=sys.stderr, flush=True)
            elif self.done * 10 // self.total > (self.done - 1) * 10 // self.total:
                print(f"{self.label}: {self.done} of {self.total}", file=sys.stderr, flush=True)


def environment():
    return {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}


def digests(interpreter, paths, label):
    """{path: {stage: digest}} by several processes; a path that made its process end has no entry."""
    results = {}
    progress = Progress(label, len(paths))
    # Large files first and in turns, so that the processes end together.
    paths = sorted(paths, key=os.path.getsize, reverse=True)

    def serve(part):
        while part:
            process = subprocess.Popen([interpreter, STAGES, "digests"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       text=True, env=environment())
            # The list is short enough to be written before the first result is read: the worker reads all of it first.
            process.stdin.write("\n".join(part))
            process.stdin.close()
            done = 0
            for line in process.stdout:
                path, found = json.loads(line)
                results[path] = found
                done += 1
                progress.step()
            process.wait()
            if done < len(part):
                print(f"{part[done]}: {interpreter} ended with status {process.returncode}", file=sys.stderr)
                progress.step()
                done += 1
            part = part[done:]

    threads = [threading.Thread(target=serve, args=(paths[i::PROCESSES],)) for i in range(PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class Cache:
    """The reference's digests, in one file for each version of the reference and of stages.py."""

    def __init__(self, folder, reference):
        version = subprocess.run([reference, "-c", "import sys; print(sys.version)"], capture_output=True).stdout
        with open(STAGES, "rb") as file:
            key = hashlib.sha256(version + file.read()).hexdigest()[:16]
        self.path = os.path.join(folder, f"frontend-{key}.json")
        self.known = {}
        if os.path.exists(self.path):
            with open(self.path) as file:
                self.known = json.load(file)

    @staticmethod
    def key(path):
        with open(path, "rb") as file:
            return path + " " + hashlib.sha256(file.read()).hexdigest()[:24]

    def save(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        temporary = f"{self.path}.{os.getpid()}"
        with open(temporary, "w") as file:
            json.dump(self.known, file)
        os.replace(temporary, self.path)


def reference_digests(reference, paths, cache_folder):
    cache = Cache(cache_folder, reference)
    keys = {path: cache.key(path) for path in paths}
    missing = [path for path in paths if keys[path] not in cache.known]
    if missing:
        for path, found in digests(reference, missing, "reference").items():
            cache.known[keys[path]] = found
        cache.save()
    return {path: cache.known[keys[path]] for path in paths}


def show_difference(interpreter, reference, stage, path):
    """The first lines that differ of a stage, side by side as in a unified diff."""
    texts = [subprocess.run([binary, STAGES, "show", stage, path], capture_output=True, env=environment())
             for binary in (reference, interpreter)]
    sides = [text.stdout.decode("utf-8", "replace").splitlines() for text in texts]
    shown = 0
    for line in difflib.unified_diff(*sides, "reference", "minipy", lineterm="", n=2):
        print("    " + line[:300])
        shown += 1
        if shown == LINES_SHOWN:
            break
    if not shown:
        print("    (the texts for people are equal: the difference is one of types or bits)")
    if texts[1].returncode:
        print("    minipy ends with status", texts[1].returncode, texts[1].stderr.decode(errors="replace")[-300:])


def compare(interpreter, reference, paths, cache_folder):
    stages = subprocess.run([interpreter, STAGES, "list"], capture_output=True, text=True, env=environment(),
                            check=True).stdout.split()
    expected = reference_digests(reference, paths, cache_folder)
    found = digests(interpreter, paths, "minipy")
    failed = False
    for stage in next(iter(expected.values())):
        if stage not in stages:
            print(f"{stage}: not compared, minipy does not have it yet")
            continue
        differing = [path for path in paths if found.get(path, {}).get(stage) != expected[path][stage]]
        print(f"{stage}: {len(paths) - len(differing)} of {len(paths)} files agree")
        for path in differing[:10]:
            print("  " + path)
        if differing:
            failed = True
            show_difference(interpreter, reference, stage, differing[0])
    return not failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--reference", default="/usr/bin/python3.11")
    parser.add_argument("--sample", type=int, help="only so many files, always the same ones")
    parser.add_argument("--cache", default=os.path.join(HERE, "..", "..", "..", "build", "conformance"))
    parser.add_argument("places", nargs="*", help="files and folders (default: all of Debian's)")
    options = parser.parse_args()
    paths = sorted({path for place in options.places for path in files_below(place)}) if options.places else corpus()
    if options.sample and options.sample < len(paths):
        paths = sorted(random.Random(311).sample(paths, options.sample))
    if not paths:
        sys.exit("frontend: no files")
    print(f"{len(paths)} files", flush=True)
    return 0 if compare(os.path.abspath(options.interpreter), options.reference, paths, options.cache) else 1


if __name__ == "__main__":
    sys.exit(main())
