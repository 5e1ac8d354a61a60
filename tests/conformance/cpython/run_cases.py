"""Runs the cases of one of CPython's test modules and reports each outcome as a line of JSON on a file descriptor.

    run_cases.py MODULE DESCRIPTOR RESOURCES LEAVE_OUT

It is run by minipy and by the reference. RESOURCES are words for test.support.use_resources, joined by commas; LEAVE_OUT names a file
with the ids of cases that are not run (because they have been run, or crash). A line is [event, id, detail]; events are `start`,
`pass`, `fail`, `error`, `skip`, `import` (the module cannot be loaded; detail is the error), `holder` (a fixture of a class or module
failed or skipped) and `end`. A case with failing subtests reports each of them.
"""

import doctest
import json
import os
import sys
import traceback
import unittest


class Reporter:
    def __init__(self, descriptor):
        self.file = open(descriptor, "w", encoding="utf-8", errors="backslashreplace", closefd=False)

    def report(self, event, case="", detail=""):
        self.file.write(json.dumps([event, case, detail]) + "\n")
        self.file.flush()


def shortly(error):
    """Type and message of (type, value, traceback), with the place in the test file."""
    kind, value, tb = error
    try:
        text = "".join(traceback.format_exception_only(kind, value)).strip()
    except BaseException as e:
        text = f"{kind.__name__} (and printing it raised {type(e).__name__})"
    lines = [str(lineno) for frame, lineno in traceback.walk_tb(tb) if "/test/" in frame.f_code.co_filename]
    return f"[{','.join(lines[:4])}] {text[:1500]}"


class RecordingResult(unittest.TestResult):
    def __init__(self, reporter):
        super().__init__()
        self.reporter = reporter

    def startTest(self, test):
        super().startTest(test)
        self.reporter.report("start", test.id())

    def record(self, event, test, detail=""):
        if type(test).__name__ == "_ErrorHolder":
            event, detail = "holder", f"{event}: {detail}"
        test = getattr(test, "test_case", test)  # of a subtest
        self.reporter.report(event, test.id(), detail)

    def addSuccess(self, test):
        self.record("pass", test)

    def addFailure(self, test, err):
        self.record("fail", test, shortly(err))

    def addError(self, test, err):
        self.record("error", test, shortly(err))
        if isinstance(err[1], KeyboardInterrupt):
            raise err[1]

    def addSkip(self, test, reason):
        self.record("skip", test, reason)

    def addExpectedFailure(self, test, err):
        self.record("pass", test)

    def addUnexpectedSuccess(self, test):
        self.record("fail", test, "unexpected success")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            event = "fail" if issubclass(err[0], test.failureException) else "error"
            self.record(event, test, f"{subtest._subDescription()}: {shortly(err)}")


def without(suite, left_out):
    """The suite without the cases whose ids are in left_out."""
    if not isinstance(suite, unittest.TestSuite):
        return suite
    kept = [without(test, left_out) for test in suite
            if isinstance(test, unittest.TestSuite) or test is not None and test.id() not in left_out]
    return type(suite)(kept)


def suite_of(module, loader):
    """The cases of a module; those with a test_main of their own are asked what it would run, as regrtest does."""
    if not hasattr(module, "test_main"):
        return loader.loadTestsFromModule(module)
    from test import support
    found = unittest.TestSuite()

    def run_doctest(tested, *_, optionflags=0, **__):
        found.addTest(doctest.DocTestSuite(tested, optionflags=optionflags))

    support._run_suite, support.run_doctest = found.addTest, run_doctest
    module.test_main()
    return found


def main():
    module, descriptor, resources, left_out = sys.argv[1:]
    reporter = Reporter(int(descriptor))
    os.set_inheritable(int(descriptor), False)
    with open(left_out, encoding="utf-8") as file:
        left_out = set(file.read().splitlines())
    sys.argv[1:] = []
    try:
        from test import support
        support.use_resources = resources.split(",") if resources else []
        loader = unittest.TestLoader()
        __import__(module)
        suite = suite_of(sys.modules[module], loader)
    except unittest.SkipTest as skip:
        reporter.report("import", detail=f"skip: {skip}")
        return
    except BaseException:
        reporter.report("import", detail=shortly(sys.exc_info()))
        traceback.print_exc()
        return
    for error in loader.errors:
        print(error, file=sys.stderr)
    without(suite, left_out).run(RecordingResult(reporter))
    reporter.report("end")


if __name__ == "__main__":
    main()
