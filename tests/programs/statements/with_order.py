# with: order of entry and exit, suppression, lookup on the type, several items (8.5).
class Manager:
    def __init__(self, name, suppress=False):
        self.name, self.suppress = name, suppress

    def __enter__(self):
        print("enter", self.name)
        return self.name.upper()

    def __exit__(self, kind, value, traceback):
        print("exit", self.name, kind.__name__ if kind else None, value, traceback is not None)
        return self.suppress


with Manager("a") as a, Manager("b") as b:
    print(a, b)

with (
    Manager("c", suppress=True) as (first, *others),
    Manager("d"),
):
    print(first, others)
    raise KeyError("inside")
print("after suppression")


def early():
    for i in range(3):
        with Manager(f"loop{i}"):
            if i == 0:
                continue
            if i == 1:
                return "returned"


print(early())

try:
    with Manager("outer"):
        with Manager("inner"):
            1 / 0
except ZeroDivisionError as error:
    print("propagated", error)


class NoExit:
    def __enter__(self):
        return self


class NoEnter:
    pass


for bad in (NoExit(), NoEnter(), 5):
    try:
        with bad:
            print("never")
    except TypeError as error:
        print(error)


class FailingExit:
    def __enter__(self):
        raise ValueError("enter failed")

    def __exit__(self, *args):
        print("not called")


try:
    with FailingExit():
        pass
except ValueError as error:
    print(error)


class RaisingExit(Manager):
    def __exit__(self, *args):
        raise RuntimeError("exit failed")


try:
    with RaisingExit("r"):
        raise KeyError("body")
except RuntimeError as error:
    print(error, repr(error.__context__))
instance = Manager("patched")
instance.__exit__ = lambda *args: print("ignored: looked up on the type")
with instance:
    pass
