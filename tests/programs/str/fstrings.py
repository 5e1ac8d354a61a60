# f-strings: expressions, conversions, nested specs, debugging "=", quoting.
name, width, prec, value = "World", 12, 4, 3.14159265
d = {"k": "v", 'q': 1}
print(f"Hello {name}", f"{name!r}", f"{name!s:>10}|", f"{name!a}", f"{value:.{prec}f}", f"{value:{width}.{prec}}",
    f"{d['k']}", f'{d["q"]}', f"{{}} {{{name}}}", f"{1+1}", f"{(lambda x: x * 2)(4)}", f"{'nested ' + f'{name}'}")
print(f"{value=}", f"{value = :.2f}", f"{ name = !s}", f"{1 + 1 = }", f"{d['k']=}", f"{width:=5}", f"{(w := 7)} {w=}",
    f"{name=!r:>10}", f"{','.join(str(i) for i in range(3))=}")
print(f"""multi
{name}
  {1 +
   2}""", F"upper", fr"raw\n{name}\{name}", rF"{1}\d", f"a" "b" f"{1}" 'c', f"", f"{''}", f"{'a' 'b'}",
       f"{[i for i in range(3)]}", f"{ {1: 2}[1] }", f"{ {1, 2} == {2, 1} }")
print(f"{name:>{width}}|{name:<{width}}|{name:^{width}}|{name:{'*'}^{width}}", f"{True:>6}", f"{None!s:>6}",
    f"{1_000_000:,}", f"{255:#06x}", f"{1e3:g}", f"{-5:+d}", f"{0.5:%}", f"{'x':é<3}", f"{5!r:0>3}")
print(f"{(lambda: 1)()}", f"{3 if name else 4}", f"{not name}", f"{name[0]}{name[-1]}{name[::2]}", f"{1 < 2}",
    f"{1 != 2}", f"{1 == 1}", f"{'!'}", f"{d!r}", f"{'a' if 1 else 'b':>3}", f"{*[1, 2],}", f"{1, 2}",
    f"{x!r}" if (x := 5) else "", f"{yield_}" if (yield_ := 1) else "")


class Spec:
    def __format__(self, spec): return f"spec({spec})"
    def __str__(self): return "str()"
    def __repr__(self): return "repr()"


s = Spec()
print(f"{s}", f"{s:}", f"{s:abc}", f"{s!s:8}|", f"{s!r}", f"{s:{'{}'}}", f"{s:%H:%M}", f"{s: }", f"{s=}", f"{s=:x}",
    f"{s=!s}", f"{s:a{width}b{prec}c}")
for source in ("f'{}'", "f'{ }'", "f'{'", "f'}'", "f'{a'", "f'{a!x}'", "f'{a!}'", "f'{a b}'", "f'{1 +}'", "f'{#}'",
        "f'{a:{b:{c}}}'", "f'{lambda x: 1}'", "f'{!r}'", "f'{:x}'", "f'{a[}'", "f'{a)}'", "f'{*a}'", "f'{**a}'",
        "f'{a = !z}'", "f'{(}'", "f'{a!r :}'", "f'{\"}'", "f'{yield}'", "f'{import x}'", "f'{x=1}'", "f'{a.}'",
        "f'{a;b}'", "f'{a!s!r}'", "b'' f''", "f'{' + '}'",
               "f'{a:{}}'", "f\"{'\"", "f'{1:{2}'", "f'{]}'", "f'{a $ b}'", "f'{(a}'", "f'''{\n}'''"):
    try:
        compile(source, "<s>", "eval")
        print(source, "compiles")
    except SyntaxError as error:
        print(f"{source!r}: {error.msg}, {error.lineno}:{error.offset}")
