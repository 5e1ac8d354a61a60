"""Exceptions with a context, in loops with finally."""
import gc

gc.set_threshold(30, 4, 4)
for i in range(400):
    try:
        try:
            {}[i]
        finally:
            x = [i]
            x.append(x)
    except KeyError:
        try:
            [][i]
        except IndexError as e:
            kept = e
