"""StringIO and BytesIO in cycles."""
import io

for i in range(300):
    s = io.StringIO("a\nb\nc\n")
    lines = list(s)
    lines.append(lines)
    b = io.BytesIO(b"abc")
    b.read(1), b.getvalue()
    s.me = s
