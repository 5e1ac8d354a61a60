def f(errors):
    try:
        raise ExceptionGroup('g', errors)
    except* ValueError as e:
        v = len(e.exceptions)
    except* (KeyError, TypeError):
        v = 'key'
    return v
f([ValueError(1), ValueError(2)])
f([KeyError(1)])
f([ValueError(1), TypeError(2)])
try:
    f([OSError(1), ValueError(2)])
except ExceptionGroup as g:
    left = g.exceptions
try:
    raise ValueError('naked')
except* ValueError as e:
    n = e
