"""argparse, and a parser made and used."""
import argparse

parser = argparse.ArgumentParser(prog="p")
parser.add_argument("--count", type=int, default=1)
parser.add_argument("names", nargs="*")
print(parser.parse_args(["--count", "3", "a", "b"]))
