def f(n):
    try:
        if n == 0:
            return 'try'
        if n == 1:
            raise ValueError('one')
        if n == 2:
            raise KeyError('two')
        1 / (n - 3)
    except ValueError as e:
        return 'value'
    except (KeyError, TypeError):
        return 'key'
    else:
        return 'else'
    finally:
        done = True
    return 'after'
f(0), f(1), f(2), f(4)
try:
    f(3)
except ZeroDivisionError as e:
    kept = str(e)
try:
    try:
        raise ValueError
    finally:
        x = 1
except ValueError:
    pass
try:
    undefined
except:
    y = 2
def nested():
    for i in range(3):
        try:
            try:
                if i == 1:
                    continue
                [].pop()
            except IndexError:
                if i == 2:
                    break
        finally:
            z = i
    return z
nested()
