"""Source texts that are nested deeply or long without end: {name: (mode, text)}. `scale` divides the sizes."""


def blocks(header, count, body='pass'):
    return ''.join(' ' * i + header + '\n' for i in range(count)) + ' ' * count + body + '\n'


def pairs(count):
    yield 'parentheses', '(', ')'
    yield 'brackets', '[', ']'
    yield 'braces', '{', '}'
    yield 'dict_displays', '{1: ', '}'
    yield 'calls', 'f(', ')'
    yield 'call_keywords', 'f(a=', ')'
    yield 'call_stars', 'f(*', ')'
    yield 'subscripts', 'a[', ']'
    yield 'slices', 'a[:', ']'
    yield 'tuples', '(1,', ')'
    yield 'lambdas_in_parentheses', '(lambda: ', ')'
    yield 'lambda_defaults', '(lambda x=', ': x)'
    yield 'comprehensions', '[', ' for x in y]'
    yield 'comprehension_iterables', '[x for x in ', ']'
    yield 'generators', '(', ' for x in y)'
    yield 'dict_comprehensions', '{x: ', ' for x in y}'
    yield 'named', '(a := ', ')'
    yield 'yields', '(yield ', ')'
    yield 'conditional_parentheses', '(1 if x else ', ')'
    yield 'binary_parentheses', '1 + (', ')'
    yield 'compare_parentheses', '1 < (', ')'


def nested(depth, count):
    for name, left, right in pairs(count):
        yield f'{name}_{depth}', 'eval' if 'yield' not in left else 'exec', left * depth + '1' + right * depth


def unary(depth):
    for name, prefix in {'not': 'not ', 'minus': '-', 'plus': '+', 'invert': '~', 'lambda': 'lambda: ', 'lambda_x': 'lambda x: ',
                         'conditional': '1 if x else ', 'conditional_test': '1 if 1 if ', 'power': 'x ** '}.items():
        yield f'unary_{name}_{depth}', 'eval', prefix * depth + '1'
    yield f'unary_minus_name_{depth}', 'eval', '-' * depth + 'x'
    yield f'unary_not_name_{depth}', 'eval', 'not ' * depth + 'x'
    yield f'await_{depth}', 'exec', 'async def f(): ' + 'await ' * depth + 'x\n'
    yield f'yield_from_{depth}', 'exec', 'def f(): x = ' + 'yield ' * depth + 'x\n'
    yield f'yield_chain_{depth}', 'exec', 'def f(): ' + 'x = ' * depth + 'yield\n'
    yield f'star_{depth}', 'exec', '*' * depth + 'x, = y\n'
    yield f'star_parentheses_{depth}', 'exec', '*(' * depth + 'x' + ',)' * depth + ' = y\n'
    yield f'decorators_{depth}', 'exec', '@d\n' * depth + 'def f(): pass\n'
    yield f'annotation_strings_{depth}', 'exec', 'x: ' + 'a | ' * depth + 'b\n'
    yield f'future_annotations_{depth}', 'exec', 'from __future__ import annotations\nx: ' + 'a[' * min(depth, 150) + 'b' + ']' * min(depth, 150) + '\n'
    yield f'future_annotations_chain_{depth}', 'exec', 'from __future__ import annotations\nx: ' + 'a.' * depth + 'b\n'
    yield f'future_annotations_or_{depth}', 'exec', 'from __future__ import annotations\nx: ' + 'a | ' * depth + 'b\n'


def chains(length):
    for name, first, step in (('attributes', 'a', '.b'), ('calls_chain', 'a', '()'), ('subscript_chain', 'a', '[1]'),
                              ('attribute_calls', 'a', '.b()'), ('plus', 'a', ' + a'), ('plus_constants', '1', ' + 1'),
                              ('concatenation', '"a"', ' "b"'), ('bytes_concatenation', 'b"a"', ' b"b"'), ('concatenation_plus', '"a"', ' + "b"'),
                              ('fstring_concatenation', 'f"{a}"', ' f"{b}"'),
                              ('times', 'a', ' * a'), ('or_bits', 'a', ' | a'), ('comparisons', 'a', ' < a'), ('in_chain', 'a', ' in a'),
                              ('is_not_chain', 'a', ' is not a'),
                              ('and', 'a', ' and a'), ('or', 'a', ' or a'), ('and_or', 'a', ' and a or a'), ('commas', 'a', ', a'),
                              ('mixed', 'a', ' + a * a'), ('power_chain', 'a', '**a'), ('shift', '1', ' << 1'),
                              ('if_else_chain', 'a', ' if a else a'), ('constant_commas', '1', ', 1')):
        yield f'chain_{name}_{length}', 'eval', first + step * length
    yield f'chain_assign_{length}', 'exec', 'a = ' * length + '1\n'
    yield f'chain_statements_{length}', 'exec', 'a; ' * length + 'a\n'
    yield f'chain_lines_{length}', 'exec', 'a\n' * length
    yield f'chain_elif_{length}', 'exec', 'if a: pass\n' + 'elif a: pass\n' * length
    yield f'chain_elif_else_{length}', 'exec', 'if a:\n b\n' + 'elif a:\n b\n' * length + 'else:\n c\n'
    yield f'chain_except_{length}', 'exec', 'try: pass\n' + 'except a: pass\n' * length
    yield f'chain_with_items_{length}', 'exec', 'with ' + 'a as b, ' * length + 'c: pass\n'
    yield f'chain_del_{length}', 'exec', 'del ' + 'a, ' * length + 'b\n'
    yield f'chain_import_{length}', 'exec', 'import ' + 'a, ' * length + 'b\n'
    yield f'chain_import_dots_{length}', 'exec', 'import ' + 'a.' * length + 'b\n'
    yield f'chain_from_dots_{length}', 'exec', 'from ' + '.' * length + ' import b\n'
    yield f'chain_from_names_{length}', 'exec', 'from a import ' + 'b, ' * length + 'c\n'
    yield f'chain_global_{length}', 'exec', 'def f():\n global ' + ', '.join(f'g{i}' for i in range(length)) + '\n'
    yield f'chain_cases_{length}', 'exec', 'match a:\n' + ' case 1: pass\n' * length
    yield f'chain_or_patterns_{length}', 'exec', 'match a:\n case 1' + ' | 1' * length + ': pass\n'
    yield f'chain_dotted_pattern_{length}', 'exec', 'match a:\n case a' + '.b' * length + ': pass\n'
    yield f'arguments_{length}', 'eval', 'f(' + 'a, ' * length + ')'
    yield f'star_arguments_{length}', 'eval', 'f(' + '*a, ' * length + ')'
    yield f'keyword_arguments_{min(length, 6000)}', 'eval', 'f(' + ', '.join(f'k{i}=a' for i in range(min(length, 6000))) + ')'
    yield f'same_keyword_{length}', 'eval', 'f(' + 'k=a, ' * length + ')'
    yield f'parameters_{length}', 'exec', 'def f(' + ', '.join(f'p{i}' for i in range(length)) + '): pass\n'
    yield f'parameters_same_{length}', 'exec', 'def f(' + 'p, ' * length + '): pass\n'
    yield f'lambda_parameters_{length}', 'eval', 'lambda ' + ', '.join(f'p{i}=1' for i in range(length)) + ': 1'
    yield f'list_display_{length}', 'eval', '[' + 'a, ' * length + ']'
    yield f'constant_list_{length}', 'eval', '[' + '1, ' * length + ']'
    yield f'set_display_{length}', 'eval', '{' + 'a, ' * length + '}'
    yield f'dict_display_{length}', 'eval', '{' + 'a: a, ' * length + '}'
    yield f'constant_dict_{length}', 'eval', '{' + '1: 1, ' * length + '}'
    yield f'comprehension_for_{min(length, 3000)}', 'eval', '[a' + ' for a in a' * min(length, 3000) + ']'
    yield f'comprehension_if_{length}', 'eval', '[a for a in a' + ' if a' * length + ']'
    yield f'fstring_fields_{length}', 'eval', 'f"' + '{a}' * length + '"'
    yield f'fstring_texts_{length}', 'eval', 'f"' + 'x{a}' * length + '"'
    yield f'string_{length}', 'eval', '"' + 'x' * length + '"'
    yield f'name_{length}', 'eval', 'x' * length
    yield f'number_{length}', 'eval', '1' * length
    yield f'hex_number_{length}', 'eval', '0x' + '1' * length
    yield f'float_number_{length}', 'eval', '1.' + '1' * length
    yield f'spaces_{length}', 'eval', ' ' * length + '1'
    yield f'indent_{length}', 'exec', 'if 1:\n' + ' ' * length + '1\n'
    yield f'tabs_{length}', 'exec', 'if 1:\n' + '\t' * length + '1\n'
    yield f'backslashes_{length}', 'exec', 'x = 1 + \\\n' + '\\\n' * length + '1\n'
    yield f'backslashes_alone_{length}', 'exec', '\\\n' * length
    yield f'comments_{length}', 'exec', '# c\n' * length
    yield f'unclosed_string_{length}', 'exec', '"' + 'x' * length
    yield f'unclosed_triple_{length}', 'exec', '"""' + 'x\n' * length
    yield f'semicolons_{length}', 'exec', 'a' + ';' * length
    yield f'colons_{length}', 'exec', 'a' + ':' * length
    yield f'dots_{length}', 'exec', '.' * length
    yield f'ats_{length}', 'exec', '@' * length
    yield f'commas_only_{length}', 'exec', ',' * length
    yield f'quotes_{length}', 'exec', '"' * length
    yield f'dollars_{length}', 'exec', '$' * length
    yield f'closing_{length}', 'exec', ')' * length
    yield f'equals_{length}', 'exec', 'a ' + '= ' * length


def open_only(depth):
    for name, text in {'parentheses': '(', 'brackets': '[', 'braces': '{', 'calls': 'f(', 'mixed': '([{', 'lambda': '(lambda: ',
                       'dict': '{1: ', 'subscripts': 'a['}.items():
        yield f'open_{name}_{depth}', 'exec', text * depth


def statements(depth):
    for name, header in {'if': 'if a:', 'for': 'for a in b:', 'while': 'while a:', 'with': 'with a:', 'def': 'def f():',
                         'class': 'class C:', 'async_def': 'async def f():', 'try': 'try:'}.items():
        yield f'blocks_{name}_{depth}', 'exec', blocks(header, depth)
    yield f'blocks_if_flat_{depth}', 'exec', blocks('if a:', depth).rstrip() + '\n' + 'b\n'
    yield f'blocks_mixed_{depth}', 'exec', ''.join(' ' * i + ('if a:', 'for x in y:', 'while a:', 'with a:')[i % 4] + '\n' for i in range(depth)) + ' ' * depth + 'pass\n'
    trys = ''.join(' ' * i + 'try:\n' for i in range(depth)) + ' ' * depth + 'pass\n'
    trys += ''.join(' ' * i + 'finally: pass\n' for i in reversed(range(depth)))
    yield f'blocks_try_finally_{depth}', 'exec', trys
    trys = ''.join(' ' * i + 'try: pass\n' + ' ' * i + 'except a:\n' for i in range(depth)) + ' ' * depth + 'pass\n'
    yield f'blocks_except_{depth}', 'exec', trys
    yield f'blocks_else_{depth}', 'exec', ''.join(' ' * i + 'if a: pass\n' + ' ' * i + 'else:\n' for i in range(depth)) + ' ' * depth + 'pass\n'
    match = ''.join(' ' * (2 * i) + 'match a:\n' + ' ' * (2 * i + 1) + 'case b:\n' for i in range(depth)) + ' ' * (2 * depth) + 'pass\n'
    yield f'blocks_match_{depth}', 'exec', match


def patterns(depth):
    for name, left, right in (('parentheses', '(', ')'), ('brackets', '[', ']'), ('mapping', '{1: ', '}'), ('class', 'C(', ')'),
                              ('class_keyword', 'C(a=', ')'), ('star', '[*_, ', ']'), ('as', '(', ' as b)'), ('or', '(1 | ', ')')):
        yield f'pattern_{name}_{depth}', 'exec', 'match a:\n case ' + left * depth + '1' + right * depth + ': pass\n'


def targets(depth):
    yield f'target_tuple_{depth}', 'exec', '(' * depth + 'a' + ',)' * depth + ' = b\n'
    yield f'target_list_{depth}', 'exec', '[' * depth + 'a' + ']' * depth + ' = b\n'
    yield f'target_for_{depth}', 'exec', 'for ' + '(' * depth + 'a' + ',)' * depth + ' in b: pass\n'
    yield f'target_del_{depth}', 'exec', 'del ' + '(' * depth + 'a' + ',)' * depth + '\n'
    yield f'target_with_{depth}', 'exec', 'with a as ' + '(' * depth + 'a' + ',)' * depth + ': pass\n'
    yield f'target_bad_{depth}', 'exec', '(' * depth + 'a + 1' + ',)' * depth + ' = b\n'
    yield f'with_parentheses_{depth}', 'exec', 'with ' + '(' * depth + 'a' + ')' * depth + ' as b: pass\n'


def fstrings():
    text = '1'
    for i, quote in enumerate(('"', "'", '"""', "'''")):
        text = f'f{quote}{{{text}}}{quote}'
        yield f'fstring_nested_{i}', 'eval', text
    yield 'fstring_spec_2', 'eval', 'f"{a:{b}}"'
    yield 'fstring_spec_3', 'eval', 'f"{a:{b:{c}}}"'
    for depth in (50, 150, 199, 200, 201, 5000, 100000):
        yield f'fstring_parentheses_{depth}', 'eval', 'f"{' + '(' * depth + '1' + ')' * depth + '}"'
        yield f'fstring_open_{depth}', 'eval', 'f"' + '{' * (2 * depth + 1) + '"'
        yield f'fstring_open_parentheses_{depth}', 'eval', 'f"{' + '(' * depth + '"'
        yield f'fstring_specs_{depth}', 'eval', 'f"' + '{a:' * depth + '}' * depth + '"'
        yield f'fstring_minus_{depth}', 'eval', 'f"{' + '-' * depth + '1}"'
        yield f'fstring_attributes_{depth}', 'eval', 'f"{a' + '.b' * depth + '}"'
        yield f'fstring_conversion_{depth}', 'eval', 'f"{a' + '!r' * depth + '}"'


def sources(scale=1):
    """Yields (name, mode, text)."""
    for depth in (10, 60, 92, 100, 150, 199, 200, 201, 300, 1000):
        yield from nested(depth, depth)
    for depth in (100000 // scale,):
        yield from nested(depth, depth)
        yield from open_only(depth)
    for depth in (100, 200, 201):
        yield from open_only(depth)
    for depth in (50, 300, 600, 900, 1000, 1200, 1500, 2000, 2500, 2900, 3100, 6000, 7000, 100000 // scale):
        yield from unary(depth)
    for length in (50, 256, 900, 1000, 1500, 3000, 6000, 100000 // scale):
        yield from chains(length)
    for depth in (5, 18, 19, 20, 21, 22, 30, 50, 90, 98, 99, 100, 101, 200, 10000 // scale):
        yield from statements(depth)
    for depth in (20, 90, 150, 199, 200, 201, 100000 // scale):
        yield from patterns(depth)
        yield from targets(depth)
    yield from fstrings()
