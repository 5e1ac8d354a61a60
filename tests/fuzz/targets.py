"""The fuzz targets that are written in Python: each function takes one input of bytes, and returns when nothing is
wrong with what it saw. An exception that leaves it is a finding."""

import _sre
import _struct
import importlib._bootstrap_external as external
import itertools
import json.decoder
import json.encoder
import json.scanner
import re
import re._compiler
import types

# What bad input may raise. SystemError is never one of them.
ORDINARY = (ValueError, TypeError, ArithmeticError, LookupError, EOFError, ImportError, MemoryError, RecursionError)


# ---- .pyc files -----------------------------------------------------------------------------------------------------

# An entry of a line table with a number of more than 12 bits. co_lnotab has two bytes for every 127 lines between
# instructions, in CPython, too: with such numbers it is a matter of megabytes, and takes nearly all of the target's time.
FAR_LINE = re.compile(b'[\x40-\x7f\xc0-\xff]{3}')


def walk_code(code, depth=0):
    """Looks at everything that code shows, short of running it: hostile bytecode is as harmful as CPython's."""
    list(itertools.islice(code.co_positions(), 2000))
    list(itertools.islice(code.co_lines(), 2000))
    if not FAR_LINE.search(code.co_linetable):
        code.co_lnotab
    code.co_code, code.co_varnames, code.co_cellvars, code.co_freevars, code.co_linetable
    code.co_exceptiontable, code.co_nlocals, code.co_stacksize, code.co_flags, code.co_qualname
    hash(code)
    assert code == code
    repr(code)
    code.replace(co_name='other')
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType) and depth < 20:
            walk_code(constant, depth + 1)


def run_pyc(data):
    """As SourcelessFileLoader.get_code and SourceFileLoader do with a file's content."""
    details = {'name': 'fuzz', 'path': '/fuzz.pyc'}
    try:
        flags = external._classify_pyc(data, 'fuzz', details)
        if flags & 1:
            external._validate_hash_pyc(data, b'12345678', 'fuzz', details)
        code = external._compile_bytecode(memoryview(data)[16:], 'fuzz', '/fuzz.pyc')
    except (SystemError, *ORDINARY):  # SystemError, as in CPython, for impossible code objects
        return
    try:
        walk_code(code)
    except ORDINARY:
        pass


# ---- Regular expressions --------------------------------------------------------------------------------------------

def too_slow(pattern):
    """Backtracking takes exponential time, as in CPython: keep to what cannot take long."""
    repeats = sum(pattern.count(c) for c in '*+?{')
    digits = 0
    for c in pattern:
        digits = digits + 1 if c.isdigit() else 0
        if digits > 2 and '{' in pattern:
            return True
    return len(pattern) > 80 or repeats > 10 or pattern.count('{') > 2


def search(pattern, subject):
    pattern.search(subject)
    pattern.fullmatch(subject)
    for m in pattern.finditer(subject):
        m.groups(), m.span(), m.regs, m.lastgroup, m.groupdict()
    pattern.sub(r'<\g<0>>' if isinstance(subject, str) else rb'<\g<0>>', subject)
    pattern.split(subject)
    scanner = pattern.scanner(subject, 1)
    while scanner.match():
        pass


def run_re(data):
    """Two bytes of flags, then pattern and subject with a null byte between them."""
    flags = int.from_bytes(data[:2], 'little') & 0x1fe & ~4
    pattern, _, subject = data[2:].partition(b'\0')
    subject = subject[:16]
    if not data[:1] or data[0] & 1 == 0:
        pattern = pattern.decode('utf-8', 'replace')
        subject = subject.decode('utf-8', 'replace')
    else:
        flags &= ~32
    if too_slow(pattern if isinstance(pattern, str) else pattern.decode('latin-1')):
        return
    try:
        compiled = re._compiler.compile(pattern, flags)
    except (re.error, *ORDINARY):
        return
    search(compiled, subject)
    hash(compiled), repr(compiled)


def run_sre(data):
    """Compiled programs as lists of words: what is not a program must be refused before it runs."""
    if len(data) < 4:
        return
    flags = data[0] & 0x7f
    groups = data[1] % 8
    subject = data[3:3 + data[2] % 10]
    body = data[3 + data[2] % 10:]
    code = []
    i = 0
    while i < len(body) and len(code) < 200:
        word = body[i]
        i += 1
        if word == 255:  # a word of four bytes
            word = int.from_bytes(body[i:i + 4], 'little')
            i += 4
        code.append(word)
    text = isinstance(subject, bytes) and data[0] & 128 == 0
    try:
        pattern = _sre.compile('x' if text else b'x', flags, code, groups, {}, (None,) * (groups + 1))
    except (RuntimeError, *ORDINARY):
        return
    if any(word > 40 for word in code) and sum(word in (19, 20, 21, 22, 24, 25, 28, 29, 30) for word in code) > 3:
        return  # repeats that may take long
    try:
        if text:
            subject = subject.decode('latin-1')
        pattern.match(subject)
        pattern.search(subject)
        pattern.findall(subject)
    except (RuntimeError, SystemError, *ORDINARY):  # SystemError: a group that ends before it begins, as in CPython
        pass


# ---- struct ---------------------------------------------------------------------------------------------------------

def run_struct(data):
    """A format and, after a null byte, data to unpack."""
    form, _, data = data.partition(b'\0')
    try:
        size = _struct.calcsize(form)
    except (_struct.error, *ORDINARY):
        return
    if size > 100000:
        return
    data = (data * (size // (len(data) or 1) + 1) if data else bytes(size))[:size]
    s = _struct.Struct(form)
    assert s.size == size
    try:
        values = s.unpack(data)
        packed = s.pack(*values)
        assert len(packed) == size
        again = s.unpack(packed)
        assert repr(again) == repr(values)
        buffer = bytearray(size + 3)
        s.pack_into(buffer, 3, *values)
        assert buffer[3:] == packed
        assert repr(s.unpack_from(buffer, 3)) == repr(values)
        if size:
            list(s.iter_unpack(data * 3))
    except (SystemError, _struct.error, *ORDINARY):  # SystemError: '0p', as in CPython
        return
    for wrong in (1, -1, 1 << 64, b'x', 'x', 1e400, None):
        try:
            s.pack(*[wrong] * len(values))
        except (_struct.error, *ORDINARY):
            pass


# ---- Numbers --------------------------------------------------------------------------------------------------------

def run_number(data):
    """One byte of base, then text."""
    base = data[0] % 38 if data else 10
    text = data[1:].decode('utf-8', 'surrogateescape')
    for convert in (int, float, complex):
        for value in (text, data[1:]):
            try:
                number = convert(value)
            except ORDINARY:
                continue
            try:
                assert repr(convert(repr(number))) == repr(number)
            except ValueError:
                assert convert is int  # more digits than allowed
            hash(number)
    for value in (text, data[1:], bytearray(data[1:])):
        try:
            number = int(value, base)
        except ORDINARY:
            continue
        assert int(hex(number), 16) == int(oct(number), 0) == int(bin(number), 2) == number
        try:
            float(number).as_integer_ratio()
        except ORDINARY:
            pass
    try:
        float.fromhex(text)
    except ORDINARY:
        pass


# ---- JSON -----------------------------------------------------------------------------------------------------------

strict = json.decoder.JSONDecoder()
lax = json.decoder.JSONDecoder(strict=False, parse_float=str, parse_constant=str, object_pairs_hook=list)
assert json.scanner.c_make_scanner and json.encoder.c_make_encoder


def run_json(data):
    try: text = data.decode('utf-8', 'surrogatepass')
    except UnicodeDecodeError: text = data.decode('utf-8', 'replace')
    for decoder in (strict, lax):
        for start in (0, 1, -1, len(text)):
            try:
                decoder.scan_once(text, start)
            except (StopIteration, *ORDINARY):
                pass
            try:
                json.decoder.c_scanstring(text, start, decoder is strict)
            except ORDINARY:
                pass
    try:
        value = strict.decode(text)
        written = json.encoder.JSONEncoder().encode(value)
        assert json.encoder.JSONEncoder().encode(strict.decode(written)) == written
        json.encoder.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False).encode(value)
    except ORDINARY:
        pass
    assert strict.decode(json.encoder.c_encode_basestring_ascii(text)) == text
    assert strict.decode(json.encoder.c_encode_basestring(text)) == text


# ---- Formatting -----------------------------------------------------------------------------------------------------

class Thing:
    attribute = [1, {'key': 'value'}]

    def __format__(self, spec):
        return f'<{spec}>'


VALUES = (0, -1, 12345678901234567890, True, 0.0, -1.5e300, float('nan'), float('inf'), 1 + 2j, 'text', '\u20ac\U0001f40d', None)


def too_wide(text):
    digits = 0
    for c in text:
        digits = digits + 1 if c.isdigit() else 0
        if digits > 4:
            return True
    return False


def run_format(data):
    spec = data.decode('utf-8', 'replace')
    if too_wide(spec):
        return
    for value in VALUES:
        try:
            format(value, spec)
        except ORDINARY:
            pass
    for arguments in ((), (1,), (1.5, 'x'), ({'a': 1, '': 2},), 'text', {'key': Thing()}, (3, 4, 5, 6)):
        try:
            spec % arguments
        except ORDINARY:
            pass
        try:
            data % arguments
        except ORDINARY:
            pass
    try:
        spec.format(1, 'two', Thing(), 3.5, key=Thing(), a=[1, 2])
    except (AttributeError, *ORDINARY):
        pass
    try:
        spec.format_map({'a': 1, '': Thing()})
    except (AttributeError, *ORDINARY):
        pass
