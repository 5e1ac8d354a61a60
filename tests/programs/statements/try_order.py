# The order of try, except, else and finally (8.4).
def run(action):
    trace = []
    try:
        trace.append("try")
        action()
    except ZeroDivisionError as error:
        trace.append(f"zero: {error}")
    except (KeyError, IndexError) as error:
        trace.append(f"{type(error).__name__}: {error!r}")
    except:
        trace.append("bare")
    else:
        trace.append("else")
    finally:
        trace.append("finally")
    return trace


print(run(lambda: None))
print(run(lambda: 1 // 0))
print(run(lambda: {}["missing"]))
print(run(lambda: [][3]))
print(run(lambda: undefined_name))


def returns():
    try:
        return "try"
    finally:
        print("finally runs before the value is delivered")


def overrides():
    try:
        1 / 0
    finally:
        return "finally swallowed it"


def loop():
    seen = []
    for i in range(4):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            seen.append(i)
        finally:
            seen.append(f"f{i}")
    return seen


def nested():
    try:
        try:
            raise ValueError("inner")
        finally:
            raise KeyError("from finally")
    except KeyError as error:
        return repr(error), repr(error.__context__)


def deleted():
    try:
        1 / 0
    except ZeroDivisionError as error:
        pass
    return "error" in locals()


def value():
    x = 1
    try:
        return x
    finally:
        x = 2


print(returns(), overrides(), loop(), nested(), deleted(), value())

try:
    try:
        1 / 0
    except "not a class":
        pass
except TypeError as error:
    print(error)
try:
    try:
        1 / 0
    except (ValueError, int):
        pass
except TypeError as error:
    print(error, "| context:", repr(error.__context__))
