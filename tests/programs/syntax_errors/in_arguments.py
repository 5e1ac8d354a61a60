"""Errors that the compiler finds inside the arguments of calls."""
for call in ["f(@)", "f.g(@)", "f.g(1, @)", "f.g(a=@)", "f.g(*@)", "f.g(**@)", "f.g(f'{@}')", "f.g().h(@)", "super().g(@)", "f.g[@]", "(@).g()", "f.g(x for x in @)"]:
    for inner in ["(yield)", "(yield from x)", "await x", "lambda: (yield)", "[x async for x in y]", "(__debug__ := 1)"]:
        source = call.replace("@", inner)
        try:
            compile(source, "f", "exec")
        except SyntaxError as error:
            print(source, error.msg, error.lineno, error.offset, error.end_offset)
        else:
            print(source, "compiles")
