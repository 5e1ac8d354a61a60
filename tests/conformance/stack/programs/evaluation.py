def chain(n):
    return [n]
x = chain(1)[0] + chain(2)[0] * chain(3)[0]
y = {chain(4)[0]: chain(5)[0], 'k': [chain(6)]}
z = (chain(7), *chain(8))
r = chain(9)[0] if chain(10) else chain(11)
code = compile('a + 1', 'other', 'eval')
eval('1 + 2')
exec('q = 5')
q + 1
lst = [0, 0]
i = 0
i, lst[i] = 1, 9
a = b = c = [1]
a.append(2)
del a, b
