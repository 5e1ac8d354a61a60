// minipy --help.
#include <cstdio>
#include <cstring>
#include <string>

#include "cli/options.h"
#include "cli/subcommands.h"

namespace minipy {
namespace {

// "  NAME  help  example" for each subcommand; its further examples are in its own --help.
void print_subcommands() {
  for (const Subcommand* s = subcommands; s->name; s++) {
    std::string examples = s->examples;
    std::string first = examples.substr(0, examples.find('\n'));
    // A long description pushes its example into the next line.
    constexpr size_t kWidth = 33;
    if (std::strlen(s->help) > kWidth) {
      std::printf("  %-15s %s\n%52s%s\n", s->name, s->help, "", first.c_str());
    } else {
      std::printf("  %-15s %-33s %s\n", s->name, s->help, first.c_str());
    }
  }
}

}  // namespace

void print_help() {
  std::fputs(
      R"(usage: minipy [option] ... [-c cmd | -m mod | file | -] [arg] ...
       minipy SUBCOMMAND [option] ... (a program of that name in the current folder wins)

minipy runs Python 3.11 programs, and shows what happens inside.

Run something:
  FILE            run a program                     minipy hello.py one two
  -c cmd          run the given code                minipy -c 'print(6 * 7)'
  -m mod          run a library module              minipy -m json.tool data.json
  -               read the program from stdin       echo 'print(1)' | minipy -
  (nothing)       interactive on a terminal         minipy

Look inside (each has --help):
)",
      stdout);
  print_subcommands();
  std::fputs(
      R"(
Options, as python3.11 has them:
  -b              warn about str(bytes); -bb: error minipy -b old.py
  -B              do not write .pyc files           minipy -B hello.py
  -E              ignore PYTHON* variables          minipy -E hello.py
  -i              interactive after the program     minipy -i hello.py
  -I              isolated: -E, -P and -s           minipy -I tool.py
  -O              no assert; -OO: no docstrings     minipy -O hello.py
  -P              no unsafe path in sys.path        minipy -P hello.py
  -q              no banner when interactive        minipy -q
  -s              no user site directory            minipy -s hello.py
  -S              no import of site at start        minipy -S -c 'print(1)'
  -u              unbuffered output                 minipy -u log.py | head
  -v              trace imports; -vv: more          minipy -v -c 'import re'
  -V, --version   version; -VV: more                minipy --version
  -W arg          warning control                   minipy -W error hello.py
  -x              skip the first line               minipy -x script.cmd
  -X opt          implementation option             minipy -X utf8 hello.py
  -h, --help      this text                         minipy --help

Environment:
  MINIPY_STDLIB   directory of the Python library   MINIPY_STDLIB=/opt/lib/python3.11 minipy hello.py
  MINIPY_AUDIT    check all reference counts after  MINIPY_AUDIT=1 minipy hello.py
                  every Nth garbage collection
  PYTHONHOME, PYTHONPATH, PYTHONHASHSEED, PYTHONOPTIMIZE, PYTHONDONTWRITEBYTECODE, PYTHONUNBUFFERED,
  PYTHONWARNINGS, PYTHONIOENCODING, PYTHONINSPECT, PYTHONSTARTUP, PYTHONNOUSERSITE, PYTHONSAFEPATH,
  PYTHONUTF8, PYTHONDEVMODE, PYTHONBREAKPOINT: as in python3.11
)",
      stdout);
}

}  // namespace minipy
