"""Files read and written."""
import os
import tempfile

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "file")
    for i in range(120):
        with open(path, "w") as f:
            f.write("line\n" * 3)
        with open(path) as f:
            lines = list(f)
        lines.append(lines)
        with open(path, "rb") as f:
            f.read()
