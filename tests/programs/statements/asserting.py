# assert: the message is evaluated only on failure; __debug__ (7.3).
def message():
    print("message evaluated")
    return "the message"


assert True, message()
try:
    assert [], message()
except AssertionError as error:
    print(repr(error), error.args)
try:
    assert 0
except AssertionError as error:
    print(repr(error), error.args)
try:
    assert None, (1, 2)
except AssertionError as error:
    print(repr(error), error.args)
print(__debug__)
assert 1 > 2, f"one is {'not'} more than two"
