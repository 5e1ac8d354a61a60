# An uncaught group prints as a tree, with the tracebacks, causes and notes of its parts.
def failing(n):
    raise ValueError(f"task {n}")


def collect(count):
    errors = []
    for n in range(count):
        try:
            failing(n)
        except ValueError as error:
            if n == 1:
                error.add_note("this one has a note")
            errors.append(error)
    return errors


try:
    1 / 0
except ZeroDivisionError as error:
    cause = error
inner = ExceptionGroup("inner", collect(2))
inner.add_note("a note on the group")
try:
    raise OSError("single") from cause
except OSError as error:
    single = error
raise ExceptionGroup("outer", [inner, single, *collect(1), KeyError("never raised")])
