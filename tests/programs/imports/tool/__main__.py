import sys
from .work import answer
print(__name__, __package__, __spec__.name, answer, sys.argv[1:], sys.argv[0].split("/")[-2:])
import __main__
print(__main__.__dict__ is globals(), sys.modules["__main__"] is __main__)
