"""Puts expressions, mostly wrong ones, into pieces of programs (for mutants.py): into the arguments of a call or of a
method's call, a subscript, a decorator, a replacement field of an f-string or a parameter's default."""

import keyword

EXPRESSIONS = [
    # yield, await, stars
    '(yield)', 'yield', 'yield x', '(yield x)', 'yield from x', '(yield from x)', 'await x', '(await x)', 'await', '*a', '*a, *b', '**x',
    '**x, *y', '*y, **x', '**x, a', '**x, a=1', 'a=1, b', 'a=1, *b', 'a=1, a=2', 'a=1, **x, a=3', '*', '**', '*, a', '/', 'a, /', '(*a)',
    '(**a)', '(*a,)', '* *a', '*-a', '-*a', 'not *a', '*a if b else c', 'a if b else *c', 'a or *b', 'a and *b', 'a < *b', 'a in *b',
    '*a or b', '*a | b', '*a = b',
    # keywords
    'a.b=1', 'a[0]=1', '(a)=1', 'f()=1', 'True=1', 'None=1', '__debug__=1', '1=2', '"a"=1', 'a=b=1', 'a==b=1', 'a=', '=1', 'a+b=1',
    'lambda: x=1', 'not a=1', 'a=1 for a in b', 'f"x"=1',
    # named expressions
    'a:=1', '(a:=1)', 'a:=1, b', 'b, a:=1', 'a=(b:=1)', 'a=b:=1', 'a:=b:=1', 'a.b:=1', 'a[0]:=1', '(a, b):=1', 'True:=1', '1:=2',
    'f():=1', '*a:=b', '{a:=1}', '[a:=1]', '{a: b := 1}', '{a := 1: b}',
    # comprehensions
    'x for x in y', 'x for x in y, 1', '1, x for x in y', '(x for x in y), 1', 'x for x in y if z, w', 'x, y for x in y',
    'a=x for x in y', 'x for x in *y', '*x for x in y', '**x for x in y', 'x := 1 for x in y', '[x := 1 for x in y]',
    '[1 for x in (y := 1)]', '[(yield) for x in y]', '(x for x in (yield))', '[x for x in y for]', '[x for 1 in y]', '[x for f() in y]',
    'x for x, *y in z', '[x async for x in y]', 'x async for x in y', '[await x for x in y]', '[x for x in await y]',
    '{x: 1 async for x in y}',
    # lambdas
    'lambda: (yield)', 'lambda: yield', 'lambda *: 1', 'lambda x=1, y: 1', 'lambda x, x: 1', 'lambda **x, *y: 1', 'lambda x: *y',
    'lambda: (x := 1)', 'lambda: x := 1', 'lambda (x): 1', 'lambda *, **k: 1', 'lambda x, /, y, /: 1', 'lambda x=(yield): 1',
    'lambda None: 1', 'lambda x: int: 1', 'lambda __debug__: 1',
    # operators and commas that are missing or too many
    'a b', 'a, b c', 'a (b) c', 'a if b', 'a if b else', 'if a else b', 'a b if c else d', '1 2', '"a" b', 'a "b"', 'f"{a}" b',
    'b"a" "c"', 'x y=1', 'print x', 'exec x', 'print x, y', 'a, b c for d in e', 'not', '-', 'a +', '+ a', 'a or', 'or a', 'a not b',
    'a is not', 'a <> b', 'a = b', 'a != = b', 'a === b', 'a++', '++a', 'a ** ** b', 'a -> b', 'a := ', 'a ! b', 'a!', 'a, , b', ',',
    ', a', 'a,,', '', 'a: int', 'a: int = 1', 'a; b', 'a:', ':a', '::', 'a:b', 'a:b:c:d', 'a:*b', '*a:b', ':, *a', 'a..b', 'a.1', 'a.',
    '.a', '...', '....', 'a.None', 'a.for',
    # calls
    'f(**x, *y)', 'f(a=1, b)', 'f(x for x in y, 1)', 'f(1, x for x in y)', 'f(a, b c)', 'f(a.b=1)', 'f(True=1)', 'f(a=1, a=2)', 'f(*)',
    'f(**)', 'f(a for)', 'f(yield)', 'f(yield, 1)', 'f(a:=1, b=c:=2)', 'f(a, b', 'f(a]', 'x.m(**x, *y)', 'x.m(a=1, b)',
    'x.m(x for x in y, 1)', 'x.m(a b)', 'x.m(1=2)',
    # displays
    '[*a, **b]', '{**a, *b}', '{*a, **b}', '{a: *b}', '{*a: b}', '{a: b for c in d, e}', '{**a for a in b}', '{a: b, **c for d in e}',
    '[*a for a in b]', '{a: }', '{a: , b: c}', '{a: b c}', '{a: b, c}', '{a, b: c}', '{: b}', '{a: b: c}', '{a = b}', '{**a: b}',
    '[a b]', '(a b)', '(a, b c)', '[a, b c, d]', '{a b}', '(a, b for c in d)', '[a, b for c in d]', '{a, b for c in d}',
    '[a for b in c, d]', '(a for b in c, d)', '[for a in b]',
    # subscripts
    'x[*a]', 'x[*a:b]', 'x[a:=1]', 'x[a:b:=1]', 'x[a=1]', 'x[**a]', 'x[]', 'x[yield]', 'x[a:b:c:d]', 'x[:, *a]', 'x[a b]',
    'x[a for a in b]', 'x[lambda: 1]', 'x[a, ]', 'x[,]',
    # tokens
    '0777', '1_', '0x', '0b2', '1e', '1if x else y', '1or 2', '0xfor x in y', '1.e1j', '1__0', '"\\N{no}"', '"\\x1"', "b'é'", '"\\d"',
    "'", '"', "f'", 'f"{', '"""', 'é', '€', '?', '$', '!', '\\', '`a`', '@a', 'a@', '\n', 'a\n', '#c\n', '# type: int\n', '\\\n', '\\ ',
    '\t', '\f', '(', ')', '[', ']', '{', '}', '(]', '[)', '{)', '[a for b in c', '(a', '(a,', '{a:', '{a: b', ')(', '))', '] [',
    # f-strings
    "f'{*a}'", "f'{yield}'", "f'{**a}'", "f'{a=1}'", "f'{a:=1}'", "f'{(a:=1)}'", "f'{a b}'", "f'{}'", "f'{a!}'", "f'{a!x}'",
    "f'{lambda x: 1}'", "f'{await x}'", "f'{a, b c}'", "f'{f(**x, *y)}'", "f'{a:{b:{c}}}'", "f'{x for x in y}'", "f'{a' f'b}'",
    "f'{a}}'", "f'{{a}'", "f'{a:{}}'", "f'{f(a=1, b)}'", "f'{a[}'", "f'{a\\n}'", "f'{#}'", "f'{(}'",
    # statements
    'global x', 'import x', 'pass', 'def', 'def f(): pass', 'return', 'return x', 'class', 'else', 'for', 'for x in y', 'in', 'if', 'if x',
    'while x: y', 'with x', 'del x', 'raise x', 'assert x', 'match', 'match x', 'case x', '_', 'None',
    # what is warned of, or means something special
    'x is 1', '1 is x', '1()', '"a"[1.5]', '(1)(2)', '[1]["x"]', '(1, 2)(3)', 'f"a"()', '{}[1]()', '() is x', '"a" is not b',
    'lambda: 1()', '1 .real', '1.real', 'x.__debug__', '__debug__', 'super()', '__class__']
AROUND = [
    'f(@)', 'x.m(@)', 'x.m(y, @)', 'f(y=@)', 'f(*@)', 'f(**@)', 'x[@]', 'x[y:@]', 'x[y, @]', '(@)', '[@]', '{@}', '(@, y)', '[y, @]',
    '{@: y}', '{y: @}', '{**@}', "f'{@}'", "f'{@!r:>{w}}'", "f'{y:{@}}'", 'f"{@}"', 'lambda: @', 'lambda y=@: y', '@ if y else z',
    'y if @ else z', 'y if z else @', 'not @', '-@', '@ + y', 'y + @', 'y ** @', '@ < y', '@ and y', 'y or @', '@.y', '@(y)', '@[y]',
    'await @', 'y := @', '(y := @)', '*@', '**@', 'y=@', '[@ for y in z]', '[y for y in @]', '[y for y in z if @]', '{@: 1 for y in z}',
    '{y: @ for y in z}', '(@ for y in z)', '@ for y in z', 'f(@ for y in z)', 'f(y for y in @)', 'yield @', '(yield @)', 'yield from @',
    '@, y', 'y, @', '[z async for z in @]']
OPENING, CLOSING = '([{', ')]}'
CLOSED_BY = dict(zip(OPENING, CLOSING))


def closing(tokens, start):
    """Where the bracket at `start` closes; None where it does not."""
    depth = 0
    for i in range(start, len(tokens)):
        depth += (tokens[i] in CLOSED_BY) - (tokens[i] in CLOSED_BY.values())
        if not depth:
            return i
    return None


def is_name(token):
    return token.isidentifier() and not keyword.iskeyword(token)


def places(tokens):
    """{kind of place: indices of tokens}."""
    found = {'call': [], 'method': [], 'subscript': [], 'decorator': [], 'f-string': [], 'default': []}
    for i, token in enumerate(tokens):
        if token == '(' and i and is_name(tokens[i - 1]):
            words = [t for t in tokens[max(0, i - 4):i] if not t.isspace()]
            found['default' if 'def' in words[-2:] else 'method' if '.' in words[-2:] else 'call'].append(i)
        elif token == '[' and i and is_name(tokens[i - 1]):
            found['subscript'].append(i)
        elif token in ('def', 'class', 'async', '@') and (i == 0 or tokens[i - 1].startswith('\n')):
            found['decorator'].append(i)
        elif i and (tokens[i - 1] == '.' or tokens[i - 2] in ('def', 'class', 'import', 'from', 'as')):
            continue
        elif is_name(token) or token[0] in '"\'' or token[0].isdigit():
            found['f-string'].append(i)
    return {kind: where for kind, where in found.items() if where}


def embed_in_brackets(rnd, tokens, start, text):
    """Before, behind or instead of what is in the brackets, or at one of the commas between."""
    end = closing(tokens, start)
    if end is None or rnd.randrange(3) == 0:
        tokens[start] += text + ('' if end == start + 1 else ', ')
        return
    if end == start + 1 or rnd.randrange(4) == 0:
        tokens[start + 1:end] = [text]
        return
    commas = [i for i in range(start + 1, end) if tokens[i] == ',']
    if rnd.randrange(2) or not commas:
        tokens[end] = ('' if tokens[end - 1] == ',' else ', ') + text + rnd.choice(['', '', '', ',']) + tokens[end]
    else:
        tokens[rnd.choice(commas)] = ', ' + text + rnd.choice([',', ',', ' ', ''])


def opened(rnd, ways, text):
    """The text after one of the ways, whose bracket is closed behind it."""
    way = rnd.choice(ways)
    bracket = next((c for c in way if c in CLOSED_BY), '')
    return way + text + CLOSED_BY.get(bracket, '')


def embed_decorator(rnd, tokens, i, text):
    line_end = tokens[i - 1] if i else '\n'
    decorated = rnd.choice(['', '', 'def g(): pass' + line_end])
    tokens[i] = '@' + opened(rnd, ['', 'f(', 'x.m(', 'x[', '('], text) + line_end + decorated + tokens[i]


def embed_field(rnd, tokens, i, text):
    quote = rnd.choice(['"', "'", '"""', "'''"])
    field = opened(rnd, ['', ' ', 'f(', 'x.m(y, ', 'x[', '('], text) + rnd.choice(['', '', '', '!r', '=', ':>{w}', ':{w', '!z', ' '])
    before, after = rnd.choice(['', 'text ', '\\n', '{y}', 'é']), rnd.choice(['', ' text', '{z}'])
    tokens[i] = rnd.choice(['f', 'f', 'f', 'F', 'rf']) + quote + before + '{' + field + '}' + after + quote


def embed_default(rnd, tokens, i, text):
    end = closing(tokens, i) or i
    names = [n for n in range(i + 1, end) if is_name(tokens[n]) and tokens[n - 1] in ('(', ' ', '*', '**')]
    if names and rnd.randrange(2):
        tokens[rnd.choice(names)] += '=' + text
    else:
        embed_in_brackets(rnd, tokens, i, rnd.choice(['new=', 'new: int=', '*, new=', 'new: ']) + text)


def expression(rnd):
    text = rnd.choice(EXPRESSIONS)
    for _ in range(rnd.choice([0, 0, 1, 1, 2, 3])):
        text = rnd.choice(AROUND).replace('@', text)
    return text


def embed(rnd, tokens):
    """Embeds one or two expressions; False where the tokens have no place for one."""
    for turn in range(rnd.choice([1, 1, 1, 2])):
        found = places(tokens)
        if not found:
            return turn > 0
        text = expression(rnd)
        kind = rnd.choice(list(found))
        i = rnd.choice(found[kind])
        if kind == 'decorator':
            embed_decorator(rnd, tokens, i, text)
        elif kind == 'f-string':
            embed_field(rnd, tokens, i, text)
        elif kind == 'default':
            embed_default(rnd, tokens, i, text)
        else:
            embed_in_brackets(rnd, tokens, i, rnd.choice(['', '', '', 'k=']) + text)
    return True
