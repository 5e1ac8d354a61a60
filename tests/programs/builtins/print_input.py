# print and input: separators, ends, files, flushing; input's prompt and end of file.
import io
import sys
print()
print("a", 1, None, [2], sep="-", end="!\n")
print("no newline", end="")
print("", "x", "", sep="|")
print(*range(5), sep=", ")
print("sep none", 1, sep=None, end=None)
out = io.StringIO()
print("to file", 2, file=out, flush=True)
print(repr(out.getvalue()))


class Writer:
    def __init__(self): self.parts = []
    def write(self, text): self.parts.append(text)


w = Writer()
print("x", "y", file=w)
print(w.parts)
for bad in (lambda: print("a", sep=1), lambda: print("a", end=b""), lambda: print("a", file=5),
        lambda: print("a", nope=1), lambda: print("a", file=w, flush=True), lambda: print("a", file=None)):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)


class Bad:
    def __str__(self): raise ValueError("no text for you")


try:
    print("before", Bad(), "after")
except ValueError as error:
    print("|", error)
name = input("name? ")
print(f"hello {name}")
number = int(input())
print(number * 2, repr(input("empty line: ")))
print(sys.stdin.readline(), end="")
rest = []
while True:
    try:
        rest.append(input("> "))
    except EOFError as error:
        print(error)
        break
print(rest)
try:
    input(1, 2)
except TypeError as error:
    print(error)
sys.stdout.write("written\n")
sys.stdout.writelines(["one\n", "two\n"])
print(sys.stdout.write("four") , file=sys.stdout)
saved, sys.stdout = sys.stdout, io.StringIO()
print("captured")
captured, sys.stdout = sys.stdout.getvalue(), saved
print(repr(captured))
print("é€😀", "tab\there", "nul\0byte".encode())
try:
    print("\ud800")
except UnicodeEncodeError as error:
    print(error)
sys.stderr.write("to standard error\n")
print("also there", file=sys.stderr)
sys.stdout = None
print("goes nowhere")
