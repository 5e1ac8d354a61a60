"""Exceptions of own classes that hold themselves."""
class Failure(Exception):
    def __init__(self, message, code):
        super().__init__(message)
        self.code = code
        self.me = self

for i in range(600):
    try:
        raise Failure("failed", i)
    except Failure as e:
        e.seen = True
