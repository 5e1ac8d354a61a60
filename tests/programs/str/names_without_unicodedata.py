# Names of characters need module unicodedata: \N{...} and the error handler namereplace import it.
import sys
def t(code):
    try: print(repr(eval(code)))
    except Exception as e: print(type(e).__name__, e)
print('unicodedata' in sys.modules)
sys.modules['unicodedata'] = None
t(r"'\N{DIGIT ONE}'")
t(r"b'\\N{DIGIT ONE}'.decode('unicode-escape')")
t(r"b'\\N{DIGIT ONE}x'.decode('unicode-escape', 'replace')")
t(r"'\N'"); t(r"'\N{'"); t(r"'\N{}'"); t(r"b'\\N'.decode('unicode-escape')")
t(r"f'\N{DIGIT ONE}{1}'")
t(r"'\u20ac'.encode('ascii','namereplace')")
class M: pass
sys.modules['unicodedata'] = M()
t(r"'\N{DIGIT ONE}'")
M._ucnhash_CAPI = 5
t(r"'\N{DIGIT ONE}'")
t(r"'\u20ac'.encode('ascii','namereplace')")
del sys.modules['unicodedata']
t(r"'\N{DIGIT ONE}'")
print('unicodedata' in sys.modules)
sys.modules['unicodedata'] = None
t(r"'\N{DIGIT ONE}'")
t(r"'\u20ac'.encode('ascii','namereplace')")
