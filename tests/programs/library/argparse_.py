# argparse: positionals, options, types, choices, subcommands, groups, help and errors.
import argparse
import sys
parser = argparse.ArgumentParser(prog="tool", description="A tool of many options.", epilog="The end.")
parser.add_argument("files", nargs="+", help="the files to read")
parser.add_argument("-n", "--number", type=int, default=3, metavar="N", help="how many (default: %(default)s)")
parser.add_argument("-v", "--verbose", action="count", default=0)
parser.add_argument("--level", choices=["low", "high"], help="one of them")
parser.add_argument("--flag", action=argparse.BooleanOptionalAction, default=True)
parser.add_argument("-D", action="append", dest="defines", metavar="KEY=VALUE")
parser.add_argument("--const", action="store_const", const=42)
parser.add_argument("--version", action="version", version="%(prog)s 1.0")
group = parser.add_mutually_exclusive_group()
group.add_argument("--on", action="store_true")
group.add_argument("--off", action="store_true")
parser.print_help()
print(parser.format_usage())
for arguments in ("a", "a b -n 5 -vv", "a --number=7 --level low --no-flag", "a -DX=1 -D Y --const", "a --on",
        "-- -a -b", "a --num 4", "a -vn2"):
    print(arguments, "->", parser.parse_args(arguments.split()))
sys.stderr = sys.stdout
for arguments in ("", "a -n x", "a --level mid", "a --on --off", "a --nope", "a -n", "--version", "a --o",
        "a --const=5", "-h"):
    try:
        print(parser.parse_args(arguments.split()))
    except SystemExit as stop:
        print(arguments, "exits with", stop.code)
commands = argparse.ArgumentParser(prog="git")
subparsers = commands.add_subparsers(dest="command", required=True, title="commands", metavar="COMMAND")
add = subparsers.add_parser("add", help="add files", aliases=["a"])
add.add_argument("paths", nargs="*")
add.set_defaults(run=lambda args: f"adding {args.paths}")
commit = subparsers.add_parser("commit", help="record changes")
commit.add_argument("-m", "--message", required=True)
commit.set_defaults(run=lambda args: f"committing {args.message!r}")
for arguments in (["add", "x", "y"], ["commit", "-m", "text"], ["a"], ["commit"], [], ["push"], ["commit", "-h"]):
    try:
        args = commands.parse_args(arguments)
        print(args.command, args.run(args))
    except SystemExit as stop:
        print(arguments, "exits with", stop.code)
print(commands.parse_known_args(["add", "p", "--extra", "1"])[1])


def positive(text):
    value = int(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{value} is not positive")
    return value


class Upper(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None): setattr(namespace, self.dest, values.upper())


p = argparse.ArgumentParser(prog="p", exit_on_error=False, prefix_chars="-+", fromfile_prefix_chars="@",
    argument_default=argparse.SUPPRESS, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
p.add_argument("+x", type=positive, default=1, help="an x")
p.add_argument("--up", action=Upper)
p.add_argument("--two", nargs=2, type=float)
p.add_argument("--opt", nargs="?", const="c", default="d")
p.add_argument("rest", nargs=argparse.REMAINDER)
print(p.parse_args(["+x", "5", "--up", "abc", "--two", "1", "2.5", "--opt", "--", "r", "-s"]), p.parse_args([]),
    p.parse_args(["--opt", "v"]))
for arguments in (["+x", "0"], ["--two", "1"], ["--two", "a", "b"]):
    try:
        p.parse_args(arguments)
    except argparse.ArgumentError as error:
        print(error)
    except SystemExit as stop:
        print("exit", stop.code)
p.print_help()
for bad in (lambda: p.add_argument("--up"), lambda: p.add_argument("a", "b"),
        lambda: p.add_argument("--z", action="nope"), lambda: p.add_argument("--q", type=5),
        lambda: p.add_argument("--w", nargs=0)):
    try:
        bad()
    except (ValueError, TypeError, argparse.ArgumentError) as error:
        print(type(error).__name__, error)
ns = argparse.Namespace(a=1, b="x")
print(ns, ns == argparse.Namespace(b="x", a=1), "a" in ns, vars(ns))
