# Assignment expressions (PEP 572).
import re
if (match := re.search(r"\d+", "abc 123")) is not None:
    print(match[0], match.start())
data = iter("abcdef")
while (chunk := next(data, None)) is not None:
    print(chunk, end=" ")
print()
print((a := 1) + (b := a + 1), a, b)
values = [last := 0, last := last + 1, last + 1]
print(values, last)
print({(k := "key"): k}, f"{(w := 3)} {w:>{w}}", f"{w:=5}")


def f(x, y=(z := 7)):
    if any((hit := v) > x for v in range(10)):
        return hit, z
    return None


print(f(5), z, f(100))
print([(q, p) for p in range(3) if (q := p * p) < 3], q)


def closure():
    [captured := i for i in range(3)]

    def inner():
        return captured
    return inner()


print(closure())


def generator():
    x = yield (y := 1)
    print("sent", x, "y", y)
    while (x := (yield x)) != "stop":
        print("got", x)


g = generator()
next(g); g.send("a"); g.send("b")
try:
    g.send("stop")
except StopIteration:
    print("stopped")
lambda: (t := 1)
print((lambda: (t := 5) + t)())
for source in ("x := 1", "f(a := 1, b=(c := 2))", "f(x=y:=1)", "(a.b := 1)", "(a[0] := 1)", "((a, b) := 1)",
        "[i := 0 for i in x]",
               "[[j for j in range(5)] for i in range(5) if (j := i)]", "[x for x in (y := [1])]", "x = y := 0",
                   "lambda: x := 1", "(x := 1) = 2", "del (x := 1)"):
    try:
        compile(source, "<s>", "exec")
        print(source, "compiles")
    except SyntaxError as error:
        print(f"{source}: {error.msg}")
