# tokenize, ast, dis, keyword, symtable over small sources.
import ast
import dis
import io
import keyword
import re
import tokenize
source = '''def f(a, *b, c=1):  # comment
    """doc"""
    if a > c and not b:
        return f"{a!r:>{c}}" + r'raw\\n'
    x = [i ** 2 for i in b if i]; y: int = 0x_ff
    async_ = lambda: (yield)
\treturn (x,
            y) @ 1_0.5e-3j

class C(Base, metaclass=M): pass
'''.replace("\treturn", "    return")
for token in tokenize.generate_tokens(io.StringIO(source).readline):
    print(tokenize.tok_name[token.exact_type], repr(token.string), token.start, token.end)
for bad in ("(", "'abc", "if 1:\n  x\n y\n", "\t x\n        y\n", "'''", "a = $\n", "1 +\\"):
    try:
        print([tokenize.tok_name[t.type] for t in tokenize.generate_tokens(io.StringIO(bad).readline)])
    except (tokenize.TokenError, IndentationError) as error:
        print(type(error).__name__, error)
print(tokenize.untokenize(tokenize.generate_tokens(io.StringIO("x = 1  +  2\n").readline)),
    tokenize.detect_encoding(io.BytesIO(b"# -*- coding: latin-1 -*-\n").readline))
tree = ast.parse(source)
print(ast.dump(tree, indent=1))
print(ast.unparse(tree))
print(ast.literal_eval("{'a': [1, -2.5, (3j, b'x'), None, {4}]}"), ast.get_docstring(tree.body[0]),
    [type(n).__name__ for n in ast.walk(tree.body[1])], ast.dump(ast.parse("x", mode="eval"), include_attributes=True))
for bad in ("f()", "1 + 'a'", "[", "__import__('os')", "a.b", "2 ** 3", "lambda: 0"):
    try:
        print(ast.literal_eval(bad))
    except (ValueError, SyntaxError) as error:
        print(type(error).__name__, str(error).split(" at ")[0].split(": <")[0])


class Double(ast.NodeTransformer):
    def visit_Constant(self, node): return ast.Constant(node.value * 2) if isinstance(node.value, int) else node
    def visit_Name(self, node): return ast.copy_location(ast.Name(node.id.upper(), node.ctx), node)


changed = ast.fix_missing_locations(Double().visit(ast.parse("a = 21 + b")))
print(ast.unparse(changed))
B = 0
exec(compile(changed, "<ast>", "exec"))
print(A)
for node in (ast.Expression(ast.Name("x")), ast.Module([], []), ast.Module([5], []),
        ast.Expression(ast.Constant(object())), ast.Expression(5)):
    try:
        compile(ast.fix_missing_locations(node) if not isinstance(getattr(node, "body", None), (list, int)) else node,
            "<a>", "eval" if isinstance(node, ast.Expression) else "exec")
        print("compiled")
    except (TypeError, ValueError) as error:
        print(type(error).__name__, str(error).split(" at 0x")[0])
out = io.StringIO()
dis.dis(compile("x = [i for i in y if i]\nwith a as b: pass\ntry:\n    f(1, k=2)\nexcept E as e: raise\n", "<d>",
    "exec"), file=out)
dis.dis("a.b(c)[d] += -e", file=out)
print(re.sub(r"0x\w+", "0x...", out.getvalue()), dis.stack_effect(dis.opmap["POP_TOP"]), dis.opname[100],
    dis.code_info(compile("x", "<ci>", "eval")))
for i in dis.get_instructions("if a: b"):
    print(i.opname, i.arg, i.argval, i.offset, i.starts_line, i.is_jump_target)
print(keyword.kwlist, keyword.softkwlist, keyword.iskeyword("for"))
import symtable
table = symtable.symtable("def f(a):\n  global g\n  b = a\n  return lambda: b", "<s>", "exec")
f = table.get_children()[0]
print(table.get_type(), f.get_name(), f.get_parameters(), f.get_locals(), f.get_globals(),
    f.get_children()[0].get_frees(), [(s.get_name(), s.is_local(), s.is_parameter(), s.is_free(),
    s.is_assigned()) for s in f.get_symbols()])

# The compiler's tokenizer, which module tokenize does not use.
import _tokenize
for source in 'x = 1', 'x\0', 'x\ud800', 'x = $', b'x':
    try:
        print([token[:2] for token in _tokenize.TokenizerIter(source)])
    except (ValueError, SyntaxError, TypeError) as error:
        print(type(error).__name__, error)
