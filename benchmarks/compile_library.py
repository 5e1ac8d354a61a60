"""Compiles every file of the standard library, from text in memory to code objects; run by both interpreters.

Prints the number of files, the processor seconds that compile() took, and the peak resident memory in KiB.
"""
import os
import time
import warnings

warnings.simplefilter("ignore")


def sources():
    for folder, folders, names in os.walk(os.path.dirname(os.__file__)):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as file:
                    yield name, file.read()


def main():
    everything = list(sources())
    start = time.process_time()
    for name, source in everything:
        try:
            compile(source, name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):  # some of the tests' files are wrong on purpose
            pass
    seconds = time.process_time() - start
    with open("/proc/self/status") as file:
        peak = next(line.split()[1] for line in file if line.startswith("VmHWM"))
    print(len(everything), seconds, peak)


main()
