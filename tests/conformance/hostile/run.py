"""Compares minipy with the reference on hostile programs: sources nested without end (sources.py), and programs that
recurse without end (runtime.py). Exit status 1 where they differ or minipy crashes.

Where the reference itself crashes or does not end, minipy only has to survive. known_failures.txt lists the programs
whose differences are known, with their reasons; crashes are never excused.
"""

import argparse
import concurrent.futures
import os
import resource
import signal
import subprocess
import sys
import time

import runtime

HERE = os.path.dirname(os.path.abspath(__file__))
WAYS = ('main', 'thread', 'small')  # the main thread, a thread with the smallest stack, a main thread with 1 MiB
STAGES = ('compile', 'tree', 'from tree')  # of outcomes.py


def limits(way, stack):
    def set_limits():
        if way == 'small':
            resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, 1 << 20))
        elif stack:
            resource.setrlimit(resource.RLIMIT_STACK, (stack << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return set_limits


ENVIRONMENT = os.environ | {'PYTHONHASHSEED': '0'}


def how_it_ended(status, errors):
    if b'Sanitizer' in errors or b'runtime error:' in errors or b'fatal' in errors:
        return 'killed: ' + errors.decode('utf-8', 'replace')[-2000:]
    if status < 0:
        return f'killed by {signal.Signals(-status).name}'
    return f'status {status}' if status else 'ok'


def execute(command, way, timeout, stack):
    """(lines of standard output, how it ended, standard error)."""
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                             preexec_fn=limits(way, stack), env=ENVIRONMENT)
    return (process.stdout.decode('utf-8', 'replace').splitlines(), how_it_ended(process.returncode, process.stderr),
            process.stderr.decode('utf-8', 'replace'))


def known_failures():
    with open(os.path.join(HERE, 'known_failures.txt')) as file:
        return {line.partition(':')[0].strip() for line in file if line.strip() and not line.startswith('#')}


class Suite:
    def __init__(self, options):
        self.known = known_failures()
        self.options = options
        self.failures = 0
        self.count = 0
        self.started = self.said = time.monotonic()

    def fail(self, text):
        self.failures += 1
        print(text, flush=True)

    def progress(self, text):
        if time.monotonic() - self.said >= 10:
            self.said = time.monotonic()
            print(f'  {self.said - self.started:.0f} s: {text}', file=sys.stderr, flush=True)

    def command(self, which, *arguments):
        interpreter = self.options.interpreter if which == 'minipy' else self.options.reference
        return [interpreter, '-B', '-S', *arguments]

    def outcomes(self, which, way):
        """{source and stage: outcome}; that of a source that crashed is 'crash' and how."""
        found, name, count = {}, None, 0
        command = self.command(which, os.path.join(HERE, 'outcomes.py'), str(self.options.scale),
                               'thread' if way == 'thread' else 'main', str(int(self.options.timeout)))
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   preexec_fn=limits(way, self.options.stack), env=ENVIRONMENT, text=True, errors='replace')
        for line in process.stdout:
            sign, _, rest = line.rstrip('\n').partition(' ')
            if sign == '>':
                name, count = rest, count + 1
                self.progress(f'sources ({way}) by {which}: {count}, {name}')
            elif sign == '!':
                for stage in STAGES:
                    found.setdefault(f'{name} {stage}', f'crash: {rest}')
            else:
                key, _, outcome = line.rstrip('\n').partition(': ')
                found[key] = outcome
        if status := process.wait():
            raise SystemExit(f'{which} cannot run outcomes.py: status {status} after {name}')
        return found

    def sources(self, way, pool):
        """Both interpreters' outcomes; what differs is a failure."""
        reference, ours = pool.map(self.outcomes, ('reference', 'minipy'), (way, way))
        if not ours:
            self.fail('no outcomes')
        for name in reference | ours:
            self.count += 1
            expected, got = reference.get(name, 'nothing'), ours.get(name, 'nothing')
            if got.startswith('crash'):
                # Both did not end in time: no fault of minipy's.
                bad = not (got == expected == 'crash: SIGALRM')
            else:
                # How deep a small stack reaches is everybody's own.
                bad = expected != got and not expected.startswith('crash') and not (
                    way != 'main' and got.startswith(('RecursionError', 'MemoryError', 'nothing')))
            if bad:
                self.fail(f'sources ({way}): {name}\n  reference {expected[:300]}\n  minipy    {got[:300]}')

    def results(self, name, source, way):
        """What the reference and minipy make of a program."""
        if way == 'thread':
            source = ('import threading\nthreading.stack_size(65536)\ndef program():\n  exec(SOURCE, globals())\n'
                      f'SOURCE = {source!r}\n' 't = threading.Thread(target=program)\nt.start()\nt.join()\n')
        results = []
        timeout = self.options.reference_timeout
        for which in ('reference', 'minipy'):
            try:
                results.append(execute(self.command(which, '-c', source), way, timeout, self.options.stack))
                timeout = self.options.timeout
            except subprocess.TimeoutExpired:
                results.append(([], 'no end', ''))
        self.progress(f'programs ({way}): {name}')
        return results

    def program(self, name, way, results):
        (expected, reference_end, _), (got, end, errors) = results
        self.count += 1
        title = f'programs ({way}): {name}'
        if end.startswith('killed') or (end == 'no end' and reference_end != 'no end'):
            return self.fail(f'{title}\n  minipy: {end} after {got[-1:]} (reference: {reference_end})')
        if reference_end.startswith('killed') or reference_end == 'no end' or way != 'main':
            return None  # how deep a small stack reaches is everybody's own
        differ = (expected, reference_end) != (got, end)
        if differ and name not in self.known:
            differing = [f'    {i}: {a!r}\n    {" " * len(str(i))}  {b!r}' for i, (a, b) in
                         enumerate(zip(expected + [''] * len(got), got + [''] * len(expected))) if a != b]
            self.fail('\n'.join([title, f'  reference {reference_end}, minipy {end} {errors[-300:]}', *differing[:8]]))
        if name in self.known and not differ:
            self.fail(f'{title}: is in known_failures.txt, but does not differ')

    def programs(self, way, pool):
        chosen = {name: source for name, source in runtime.programs(min(self.options.scale, self.options.program_scale)).items()
                  if self.options.filter in name}
        for name, results in zip(chosen, pool.map(lambda item: self.results(*item, way), chosen.items())):
            self.program(name, way, results)

    def run(self):
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            for way in self.options.ways.split(','):
                if not self.options.programs_only:
                    self.sources(way, pool)
                if not self.options.sources_only:
                    self.programs(way, pool)
        print(f'{self.count} cases, {self.failures} failures, {time.monotonic() - self.started:.0f} s')
        return 1 if self.failures else 0


def ways(text):
    if unknown := set(text.split(',')) - set(WAYS):
        raise argparse.ArgumentTypeError(f'no way {unknown.pop()}: {", ".join(WAYS)}')
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--interpreter', default=os.path.join(HERE, '../../../build/release/minipy'))
    parser.add_argument('--reference', default='/usr/bin/python3.11')
    parser.add_argument('--scale', type=int, default=1, help='divide the largest sizes by this')
    parser.add_argument('--program-scale', type=int, default=5, help='divide the depth of the programs by no more than this')
    parser.add_argument('--ways', type=ways, default=','.join(WAYS), help=f'some of {",".join(WAYS)} (default all)')
    parser.add_argument('--timeout', type=float, default=120, help='seconds for one program or source')
    parser.add_argument('--reference-timeout', type=float, default=60,
                        help='seconds after which the reference is taken not to end (some programs do not)')
    parser.add_argument('--stack', type=int, default=0, metavar='MIB',
                        help="the main thread's stack (default: as it is; the sanitizers' frames are several times as large)")
    parser.add_argument('--jobs', type=int, default=os.cpu_count(), help='processes at a time')
    parser.add_argument('--sources-only', action='store_true')
    parser.add_argument('--programs-only', action='store_true')
    parser.add_argument('filter', nargs='?', default='', help='run only programs with this in their name')
    return Suite(parser.parse_args()).run()


sys.exit(main())
