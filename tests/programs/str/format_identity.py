"""Formatting gives the only piece itself, of a subclass too."""
class S(str): pass
class F:
    def __format__(self, spec): return S('abc')
    def __str__(self): return S('xyz')
    __repr__ = __str__
s = 'hello world'; e = S('sub')
def p(name, x, y): print(name, x is y, type(x).__name__, x)
p('s.format()', s.format(), s); p('s % ()', s % (), s); p('e.format()', e.format(), e); p('e % ()', e % (), e); p('s % {}', s % {}, s)
p('S-format', '{}'.format(F()), s); p('S-str', '%s' % F(), s); p('S-f', f'{F()}', s); p('!s', '{!s}'.format(F()), s); p('%r', '%r' % F(), s)
p('S in {}', '{}'.format(e), e); p('S in %s', '%s' % e, e); p('S f', f'{e}', e); p('S fj', f'{e}{""}', e)
p('two', '{}{}'.format('', s), s); p('two2', '{}{}'.format(s, ''), s); p('two%', '%s%s' % ('', s), s); p('two%2', '%s%s' % (s, ''), s)
p('pre', '{}x'.format(s), s); p('{{', '{{'.format(), '{'); p('%%', '%%' % (), '%'); p('esc', 'a{{'.format(), 'a{')
p('nested', '{:{}}'.format(s, ''), s); p('nested2', '{:{w}}'.format(s, w=3), s); p('attr', '{0.real}'.format(5), '5'); p('prec', '%.3s' % s, 'hel'); p('precw', '%.11s' % s, s); p('w', '%11s' % s, s); p('w12', '%12s' % s, s)
p('map', '%(a)s' % {'a': s}, s); p('a', '%a' % s, s); p('fj', f'{s}' '', s); p('fmt sub', format(e, ''), e); p('fmt sub s', format(e, 's'), e); p('%5.0s', '%.0s' % s, ''); p('%1s', '%1s' % '', ' ')
p('c', '%c' % 'ab'[0], 'a'); p('c2', '%c' % '\u20ac', '\u20ac'); p('empty', ''.format(), ''); p('empty%', '' % (), ''); p('e{}', '{}'.format(''), '')
five = '5'
p('%s', '%s' % 5, five); p('%r', '%r' % 5, five); p('%1s', '%1s' % 5, five); p('%.1s', '%.1s' % 5, five); p('%-1s', '%-1s' % 5, five); p('%#s', '%#s' % 5, five); p('{!r}', '{!r}'.format(5), five); p('{!s}', '{!s}'.format(5), five); p('{:1}', '{:1}'.format(5), five); p('True', '%s' % True, 'True'); p('f!r', f'{5!r}', five); p('str', str(5), five); p('repr', repr(5), five); p('format', format(5), five); p('format d', format(5, 'd'), five); p('neg', str(-5), '-5')
