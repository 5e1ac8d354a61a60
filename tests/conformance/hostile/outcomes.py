"""Run by both interpreters: what compile() makes of the sources of sources.py, one line each.

usage: outcomes.py SCALE SKIP HOW; the first SKIP sources are left out. HOW is main, or thread (a thread with the
smallest stack). A line of the form "> name" comes before each outcome, so that the one that crashed is known.
"""

import _sha512
import ast
import marshal
import sys
import threading
import time

import sources



def digest(data):
    return _sha512.sha512(data).hexdigest()[:16]


def describe(error):
    arguments = repr(error.args)
    if len(arguments) > 400:
        arguments = arguments[:400] + digest(arguments.encode())
    return f'{type(error).__name__}{arguments}'


def attempt(function):
    try:
        return function(), None
    except Exception as error:
        return None, describe(error)


def dump(code):
    try:
        return digest(marshal.dumps(code, 0))  # without references, which tell of counts
    except ValueError as error:
        return describe(error)


def outcomes(name, mode, text):
    code, error = attempt(lambda: compile(text, '<hostile>', mode))
    yield 'compile', error or dump(code)
    del code
    tree, error = attempt(lambda: compile(text, '<hostile>', mode, ast.PyCF_ONLY_AST))
    yield 'tree', error or type(tree).__name__
    if tree is not None:
        code, error = attempt(lambda: compile(tree, '<hostile>', mode))
        yield 'from tree', error or dump(code)


def run(scale, skip):
    for i, (name, mode, text) in enumerate(sources.sources(scale)):
        if i < skip:
            continue
        print('>', name, flush=True)
        started = time.perf_counter()
        for stage, outcome in outcomes(name, mode, text):
            print(f'{name} {stage}: {outcome}', flush=True)
        if (took := time.perf_counter() - started) > 1:
            print(f'{name} took {took:.1f} s', file=sys.stderr, flush=True)


def main():
    scale, skip, how = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    if how == 'main':
        run(scale, skip)
    else:
        threading.stack_size(65536)
        thread = threading.Thread(target=run, args=(scale, skip))
        thread.start()
        thread.join()


main()
