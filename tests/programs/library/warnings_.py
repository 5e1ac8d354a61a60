# warnings: filters, categories, stack levels, recording, errors; what is printed on standard error.
import sys
import warnings
warnings.warn("a plain warning")
warnings.warn("deprecated", DeprecationWarning)
warnings.warn(SyntaxWarning("an instance"))


def helper(level): warnings.warn(f"level {level}", UserWarning, stacklevel=level)


def caller(): helper(2)


helper(1)
caller()
for _ in range(3):
    warnings.warn("once per place")
for _ in range(2):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("always shown")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    warnings.warn("never shown")
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("as error", FutureWarning)
    except FutureWarning as error:
        print(type(error).__name__, error)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("recorded", ResourceWarning)
    warnings.warn_explicit("explicit", ImportWarning, "some_file.py", 42, module="some")
    compile("1 is 1", "<c>", "eval")
    compile("assert (1, 'x')", "<c>", "exec")
    compile("'\\d'", "<c>", "eval")
    compile("[1](2)", "<c>", "eval")
    for w in caught:
        print(w.category.__name__, w.message, w.filename.split("/")[-1], w.lineno)
with warnings.catch_warnings():
    warnings.filterwarnings("error", message="spec.*", category=UserWarning)
    warnings.warn("other text")
    try:
        warnings.warn("special text")
    except UserWarning as error:
        print("filtered", error)
    warnings.resetwarnings()
    warnings.warn("after reset", DeprecationWarning)
print(warnings.formatwarning("m", UserWarning, "f.py", 3, "the line"),
    warnings.filters[0][0] in ("default", "error", "ignore", "always"))
for bad in (lambda: warnings.warn(5), lambda: warnings.warn("x", int), lambda: warnings.warn("x", "y"),
        lambda: warnings.simplefilter("nope"), lambda: warnings.warn("x", stacklevel="q"),
        lambda: warnings.filterwarnings("error", message=5), lambda: warnings.warn()):
    try:
        bad()
    except (TypeError, AssertionError) as error:
        print(type(error).__name__, error)
warnings.showwarning = lambda message, category, filename, lineno, file=None, line=None: print("shown:",
    category.__name__, message, lineno)
warnings.warn("custom show")


class Mine(UserWarning): pass


warnings.warn(Mine("mine"), stacklevel=1)
print(len(sys.warnoptions))
