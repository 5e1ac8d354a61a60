#!/usr/bin/env python3
"""Runs outcomes.py under two interpreters and shows where they differ.

    compare.py MINIPY REFERENCE trees FILE...
    compare.py MINIPY REFERENCE mutants SEED COUNT

Exit status 1 if there is a difference.
"""

import json
import os
import subprocess
import sys

SHOWN = 20


def main():
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'outcomes.py')
    ours, theirs = (subprocess.Popen([interpreter, '-B', script, *sys.argv[3:]], stdout=subprocess.PIPE)
                    for interpreter in sys.argv[1:3])
    total = different = 0
    for line in theirs.stdout:
        total += 1
        subject, expected = json.loads(line)
        got_line = ours.stdout.readline()
        got = json.loads(got_line)[1] if got_line else 'nothing: the interpreter has stopped'
        if got != expected:
            different += 1
            if different <= SHOWN:
                print(f'{subject!r:.300}\n  expected {expected!r:.300}\n  got      {got!r:.300}')
        if not got_line:
            break
    theirs.kill()
    ours.kill()
    print(f'{total} compared, {different} different')
    return 1 if different else 0


if __name__ == '__main__':
    sys.exit(main())
