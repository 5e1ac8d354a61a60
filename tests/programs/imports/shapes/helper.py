print("initialising", __name__)


def twice(x): return x * 2
