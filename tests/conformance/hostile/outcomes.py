"""Run by both interpreters: what compile() makes of the sources of sources.py, one line each.

usage: outcomes.py SCALE HOW SECONDS; HOW is main, or thread (a thread with the smallest stack). SECONDS is the most that
one source may take. Each source has a process of its own, forked from this one, so that a crash ends one source only.
A line "> name" comes before a source's outcomes, and "! how" after them where its process was killed.
"""

import _sha512
import ast
import marshal
import os
import signal
import sys
import threading

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


def show(name, mode, text):
    for stage, outcome in outcomes(name, mode, text):
        print(f'{name} {stage}: {outcome}', flush=True)


def in_thread(*arguments):
    threading.stack_size(65536)
    thread = threading.Thread(target=show, args=arguments)
    thread.start()
    thread.join()


def main():
    scale, how, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    for name, mode, text in sources.sources(scale):
        print('>', name, flush=True)
        child = os.fork()
        if child == 0:
            signal.alarm(seconds)
            (show if how == 'main' else in_thread)(name, mode, text)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print('!', signal.Signals(status & 127).name if status & 127 else f'status {status >> 8}', flush=True)


main()
