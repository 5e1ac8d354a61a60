# Implicit and explicit chaining, as it prints when nobody catches; __notes__.
def convert(text):
    try:
        return int(text)
    except ValueError as error:
        raise LookupError(f"no number: {text!r}") from error


def cleanup():
    try:
        convert("abc")
    finally:
        {}["in finally"]


def hidden():
    try:
        convert("x")
    except LookupError:
        raise RuntimeError("the first cause is hidden") from None


import sys
import traceback
for function in (cleanup, hidden):
    try:
        function()
    except Exception as error:
        chain = []
        while error:
            chain.append(repr(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        print(" <- ".join(chain))
e = ValueError("noted")
e.add_note("first note")
e.add_note("second\nnote of two lines")
print(e.__notes__)
try:
    e.add_note(5)
except TypeError as error:
    print(error)
for notes in ("a string", 5, [1, "x"], [], None):
    e.__notes__ = notes
    sys.excepthook(type(e), e, None)
e.__notes__ = ["final note"]
try:
    try:
        hidden()
    except RuntimeError as error:
        raise e from error
except ValueError as error:
    loop = KeyError("loop")
    loop.__context__ = error
    error.__context__.__context__ = loop
    assert error.__context__ is error.__cause__
cleanup()
