"""Regular expressions: patterns, matches, substitution."""
import re

for i in range(150):
    m = re.match(r"(\w+) (\w+)", "hello world")
    kept = [m, m.groups(), m.groupdict()]
    kept.append(kept)
    re.sub(r"o", lambda m: m.group().upper(), "hello world")
    re.findall(r"(l)(.)", "hello world")
    [x.span() for x in re.finditer(r"o", "hello world")]
