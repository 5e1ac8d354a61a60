def add(a, b, c=1):
    return a + b + c
def run(n):
    l = []
    s = ''
    t = 0.0
    for i in range(n):
        l.append(i)
        if len(l) > 9:
            l.clear()
        t += 0.5
        t = t * 1.5 - i
        s += 'x'
        x = add(i, 1)
        y = add(i, 1, 2)
        z = len(l) + ord('a')
        w = isinstance(i, int)
        k = str(i)
        u = type(i)
        v = tuple(l[:2])
        q = 'ab'.join(['c', 'd'])
        r = k.startswith('1')
        a, b = i, x
        l2 = [a, b]
        c, d = l2
        e = x < y
        f = t < 3.0
        g = k == '5'
    return t
run(25)
