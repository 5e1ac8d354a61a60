"""Compares minipy with the reference on hostile programs: sources nested without end (sources.py), and programs that
recurse without end (runtime.py). Exit status 1 where they differ or minipy crashes.

Where the reference itself crashes or does not end, minipy only has to survive. known_failures.txt lists the programs
whose differences are known, with their reasons; crashes are never excused.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
import time

import runtime

HERE = os.path.dirname(os.path.abspath(__file__))
WAYS = ('main', 'thread', 'small')  # the main thread, a thread with the smallest stack, a main thread with 1 MiB


def limits(way):
    def set_limits():
        if way == 'small':
            resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, 1 << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return set_limits


def execute(command, way, timeout):
    """(lines of standard output, how it ended)."""
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                             preexec_fn=limits(way), env=os.environ | {'PYTHONHASHSEED': '0'})
    end = 'ok' if process.returncode == 0 else f'status {process.returncode}'
    if process.returncode < 0:
        end = f'killed by {signal.Signals(-process.returncode).name}'
    if b'Sanitizer' in process.stderr or b'fatal' in process.stderr:
        end = 'killed: ' + process.stderr.decode('utf-8', 'replace')[-2000:]
    return process.stdout.decode('utf-8', 'replace').splitlines(), end, process.stderr.decode('utf-8', 'replace')


def known_failures():
    with open(os.path.join(HERE, 'known_failures.txt')) as file:
        return {line.partition(':')[0].strip() for line in file if line.strip() and not line.startswith('#')}


class Suite:
    def __init__(self, options):
        self.known = known_failures()
        self.options = options
        self.failures = 0
        self.count = 0

    def fail(self, text):
        self.failures += 1
        print(text, flush=True)

    def command(self, which, *arguments):
        interpreter = self.options.interpreter if which == 'minipy' else self.options.reference
        return [interpreter, '-B', '-S', *arguments]

    def outcomes(self, which, way):
        """{source and stage: outcome}; a source that crashed has the outcome 'crash'."""
        found, skip = {}, 0
        while True:
            how = 'thread' if way == 'thread' else 'main'
            lines, end, errors = execute(
                self.command(which, os.path.join(HERE, 'outcomes.py'), str(self.options.scale), str(skip), how), way, 3000)
            started = [line[2:] for line in lines if line.startswith('> ')]
            found.update(line.split(': ', 1) for line in lines if not line.startswith('> ') and ': ' in line)
            skip += len(started)
            if end == 'ok':
                return found
            if not started:
                raise SystemExit(f'{which} cannot run outcomes.py: {end}\n{errors}')
            for stage in ('compile', 'tree', 'from tree'):
                found.setdefault(f'{started[-1]} {stage}', f'crash, {end}')

    def sources(self, way):
        reference, ours = self.outcomes('reference', way), self.outcomes('minipy', way)
        for name in reference:
            self.count += 1
            expected, got = reference[name], ours.get(name, 'nothing')
            if got.startswith('crash') or (expected != got and not expected.startswith('crash')):
                self.fail(f'sources ({way}): {name}\n  reference {expected[:300]}\n  minipy    {got[:300]}')
        if way == 'main' and not ours:
            self.fail('no outcomes')

    def program(self, name, source, way):
        if way == 'thread':
            source = ('import threading\nthreading.stack_size(65536)\ndef program():\n  exec(SOURCE, globals())\n'
                      f'SOURCE = {source!r}\n' 't = threading.Thread(target=program)\nt.start()\nt.join()\n')
        results = []
        for which in ('reference', 'minipy'):
            try:
                results.append(execute(self.command(which, '-c', source), way, self.options.timeout))
            except subprocess.TimeoutExpired:
                results.append(([], 'no end', ''))
        (expected, reference_end, _), (got, end, errors) = results
        self.count += 1
        title = f'programs ({way}): {name}'
        if end.startswith('killed') or (end == 'no end' and reference_end != 'no end'):
            return self.fail(f'{title}\n  minipy: {end} after {got[-1:]} (reference: {reference_end})')
        if not reference_end.startswith('killed') and reference_end != 'no end' and (expected, reference_end) != (got, end):
            if way != 'main':
                return None  # how deep a small stack reaches is everybody's own
            if name in self.known:
                return None
            differing = [f'    {i}: {a!r}\n    {" " * len(str(i))}  {b!r}' for i, (a, b) in
                         enumerate(zip(expected + [''] * len(got), got + [''] * len(expected))) if a != b]
            return self.fail('\n'.join([title, f'  reference {reference_end}, minipy {end} {errors[-300:]}', *differing[:8]]))
        if name in self.known and way == 'main' and not reference_end.startswith('killed') and reference_end != 'no end':
            self.fail(f'{title}: is in known_failures.txt, but does not differ')

    def run(self):
        started = time.monotonic()
        for way in self.options.ways:
            if not self.options.programs_only:
                self.sources(way)
            if not self.options.sources_only:
                for name, source in runtime.PROGRAMS.items():
                    if self.options.filter in name:
                        self.program(name, source, way)
        print(f'{self.count} cases, {self.failures} failures, {time.monotonic() - started:.0f} s')
        return 1 if self.failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--interpreter', default=os.path.join(HERE, '../../../build/release/minipy'))
    parser.add_argument('--reference', default='/usr/bin/python3.11')
    parser.add_argument('--scale', type=int, default=1, help='divide the largest sizes by this')
    parser.add_argument('--ways', nargs='+', default=WAYS, choices=WAYS)
    parser.add_argument('--timeout', type=float, default=60, help='seconds for one program')
    parser.add_argument('--sources-only', action='store_true')
    parser.add_argument('--programs-only', action='store_true')
    parser.add_argument('filter', nargs='?', default='', help='run only programs with this in their name')
    return Suite(parser.parse_args()).run()


sys.exit(main())
