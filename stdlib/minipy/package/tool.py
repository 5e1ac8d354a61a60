"""What the tools of this package share: their options, reading a source, reporting what is wrong with it.

The `minipy` command has checked the options; a tool gets them as words "name=value" or "name" (a flag).
"""
import sys


class Options:
    """The words as attributes: a flag is True, a name that was not given is None."""

    def __init__(self, words):
        self.lists = {}
        for word in words:
            name, _, value = word.partition("=")
            self.lists.setdefault(name, []).append(value if "=" in word else True)

    def __getattr__(self, name):
        return self.lists[name][-1] if name in self.lists else None

    def all(self, name):
        """Every value that was given for the name."""
        return self.lists.get(name, [])


class Ended(BaseException):
    """A signal asked the tool to end; its number."""


started = []  # processes that end with the tool


def ending_with_children(main):
    """Makes SIGTERM and SIGHUP exceptions while the tool runs, so that nothing that it has started goes on without it."""
    def guarded(words):
        import os
        import signal

        def end(number, frame):
            raise Ended(number)

        for number in signal.SIGTERM, signal.SIGHUP:
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, end)
        try:
            return main(words)
        except Ended as ended:
            number, = ended.args
        finally:
            for process in started:
                if process.poll() is None:
                    process.kill()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    return guarded


class SourceError(Exception):
    """The source cannot be read; the message says why."""


def read_source(options):
    """The bytes (or, of -c, the text) of the source, and its file name."""
    if options.code is not None:
        return options.code, "<string>"
    if options.file in (None, "-"):
        return sys.stdin.buffer.read(), "<stdin>"
    try:
        with open(options.file, "rb") as file:
            return file.read(), options.file
    except OSError as error:
        raise SourceError(f"can't open '{options.file}': {error}") from None


def report(error):
    """Shows an exception of the source as the interpreter would, without the frames of the tool."""
    import traceback
    sys.stderr.write("".join(traceback.format_exception_only(error)))
    return 1


def run(name, view, words):
    """Calls view(options, source, filename) and gives the exit status."""
    options = Options(words)
    try:
        source, filename = read_source(options)
    except SourceError as error:
        print(f"minipy {name}: {error}", file=sys.stderr)
        return 2
    try:
        return view(options, source, filename) or 0
    except BrokenPipeError:
        import os
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return report(error)


def plain_value(value):
    """A constant as JSON can hold it: what JSON knows as it is, anything else as {type: text}."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        # JavaScript's numbers hold 53 bits.
        return value if abs(value) < 2**53 else {"int": str(value)}
    if isinstance(value, float):
        return value if value - value == 0 else {"float": repr(value)}
    if isinstance(value, (tuple, frozenset)):
        return {type(value).__name__: [plain_value(item) for item in value]}
    if isinstance(value, type(plain_value.__code__)):
        return {"code": value.co_qualname}
    return {type(value).__name__: repr(value)}
