"""A module next to the program, imported, dropped and imported again."""
import os
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "mine.py"), "w") as f:
        f.write("class A: pass\na = A()\na.me = a\ndef f(): return a\n")
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    for i in range(12):
        import mine
        mine.f()
        del sys.modules["mine"], mine
