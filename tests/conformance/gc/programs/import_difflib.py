"""difflib, used."""
import difflib
print(len(list(difflib.unified_diff("abcdef", "abxdefg"))))
