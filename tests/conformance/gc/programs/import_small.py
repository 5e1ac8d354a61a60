"""Small modules of the library."""
import bisect, copy, fnmatch, keyword, numbers, shlex, stat, textwrap, token
