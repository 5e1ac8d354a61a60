# NameError and AttributeError carry suggestions on standard error.
class Config:
    timeout = 1
    retries = 2


import sys


def attempt(f):
    try:
        f()
    except Exception:
        sys.excepthook(*sys.exc_info())  # the C printer: it is the one that makes suggestions


maximum = 5


def names():
    local_value = 1
    return local_valeu


attempt(lambda: Config.timeotu)
attempt(lambda: Config().retires)
attempt(lambda: maximun)
attempt(names)
attempt(lambda: pritn("x"))
attempt(lambda: [].apend(1))
attempt(lambda: "".startwith("a"))
attempt(lambda: sys.vresion)
attempt(lambda: Config.zzzzzzzz)
attempt(lambda: xyzzy_quux)
attempt(lambda: (1).nmerator)


class Self:
    def __init__(self): self.blech = 1

    def use(self): return blech


attempt(Self().use)
from collections import ChainMapp
