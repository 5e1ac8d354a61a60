s = 'spam'
t = "it's"
u = s + t
v = s * 3
w = u[1:4]
x = u[0] + u[-1]
y = s.upper().lower().title()
z = 'a,b,c'.split(',')
n = ', '.join(z)
p = '%s is %d' % (s, 3)
q = '{} {!r}'.format(s, t)
r = 'pa' in s
found = s.find('m')
tab = 'tab\tnew\nline "quoted"'
e = 'caf\xe9 \u20ac'
b = b'bytes' + bytes([1, 2, 255])
ba = bytearray(b)
ba.append(7)
