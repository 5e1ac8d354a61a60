# sys.exit in odd places: within except, with a tuple, with a big number, with None.
import subprocess
import sys
for argument in ("", "None", "True", "False", "0", "1", "255", "256", "-1", "2**40", "(1, 2)", "'text'", "3.5", "[]"):
    result = subprocess.run([sys.executable, "-c",
        f"import sys\ntry:\n    1/0\nexcept ZeroDivisionError:\n    sys.exit({argument})"], capture_output=True,
        text=True)
    print(repr(argument), result.returncode, repr(result.stdout), repr(result.stderr))
for code in ("raise SystemExit", "raise KeyboardInterrupt", "exit(4)", "quit()", "import os; os._exit(9)",
        "import os; os.abort()", "import threading; threading.Thread(target=lambda: 1/0).start()",
        "def f(): raise ValueError\nimport atexit; atexit.register(f)",
        "class D:\n  def __del__(self): raise ValueError('in del')\nD()", "import sys; sys.stdout.close()",
        "import sys; sys.excepthook = lambda *a: print('hook', a[0].__name__); 1/0",
        "import sys; sys.excepthook = 5; 1/0",
             "import sys\ndef hook(*a): raise KeyError('in hook')\nsys.excepthook = hook\n1/0",
                 "import sys; sys.stderr = None; 1/0", "raise BaseException('base')",
                 "import sys; sys.setrecursionlimit(60)\ndef f(): f()\nf()"):
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    error = "\n".join(
        line for line in result.stderr.splitlines(
        ) if " at 0x" not in line and "Fatal Python" not in line and "line" not in line)
    print(code.replace("\n", "; "), "->", result.returncode, repr(result.stdout), error.split("\n")[-3:])
