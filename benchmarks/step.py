#!/usr/bin/python3.11
"""How many instructions a second `minipy dis --step` records.

usage: benchmarks/step.py [MINIPY]

Each program runs plainly and, under the stepper, to its end without a stop; the steps recorded are divided by the processor
time that the program takes longer than an empty one.
"""
import os
import re
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = {
    "numbers": "def f(n):\n t = 0\n for i in range(n):\n  t = t + i * 3 % 7\n return t\nf(600000)\n",
    "calls": "def g(a, b):\n return a - b\ndef f(n):\n t = 0\n for i in range(n):\n  t += g(i, 1)\n return t\nf(300000)\n",
    "objects": "class P:\n def __init__(self, x):\n  self.x = x\n def get(self):\n  return self.x\n"
               "def f(n):\n l = []\n for i in range(n):\n  p = P(i)\n  l.append(p.get())\n  if i % 100 == 0: l.clear()\n"
               "f(150000)\n",
    "containers": "def f(n):\n d = {}\n l = [1, 2, 3]\n for i in range(n):\n  d[i % 10] = (i, l)\n  l[i % 3] = i\n return d\nf(200000)\n",
    "module level": "x = 0\nl = []\nfor i in range(200000):\n x = x + i\n l = [x, i]\n",
}


def seconds(command, **options):
    """Processor time of the command and its children: of the program and of the viewer, which only waits."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout.decode()


def main():
    minipy = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "build", "release", "minipy")
    with tempfile.TemporaryDirectory() as folder:
        def run(source, step):
            program = os.path.join(folder, "program.py")
            with open(program, "w") as f:
                f.write(source)
            words = ["dis", "--step", program] if step else [program]
            return min(seconds([minipy, *words], input=b"continue\n" if step else None) for _ in range(3))

        empty = {step: run("", step)[0] for step in (False, True)}
        print(f"{'program':14} {'steps':>10} {'plain s':>8} {'recorded s':>10} {'steps/s':>12}")
        for name, source in PROGRAMS.items():
            plain, _ = run(source, False)
            taken, text = run(source, True)
            steps = int(re.findall(r"^#(\d+)", text, re.M)[-1]) + 1
            rate = steps / max(1e-9, taken - empty[True])
            print(f"{name:14} {steps:10} {plain - empty[False]:8.3f} {taken - empty[True]:10.3f} {rate:12,.0f}")


if __name__ == "__main__":
    main()
