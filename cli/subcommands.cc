#include "cli/subcommands.h"

#include <sys/stat.h>

#include <cstdio>

namespace minipy {

#define EACH_SUBCOMMAND(X)                                                                                             \
  X(ast, "the syntax tree of a program",                                                                               \
    "minipy ast hello.py\nminipy ast --json -c 'x = 1'\nminipy ast -m eval -c '1 + x'")                                \
  X(compare, "how minipy and CPython differ",                                                                          \
    "minipy compare hello.py\nminipy compare --stage code src/\nminipy compare --sizes hello.py")                      \
  X(dis, "the bytecode of a program",                                                                                  \
    "minipy dis hello.py\nminipy dis -c 'x = [1, 2]'\nminipy dis --json hello.py\nminipy dis --adaptive "              \
    "hello.py\nminipy dis --step hello.py")                                                                            \
  X(gc, "the garbage collections of a program",                                                                        \
    "minipy gc hello.py\nminipy gc -v hello.py\nminipy gc --html gc.html hello.py\nminipy gc --compare hello.py")      \
  X(help, "this text, or the options of one subcommand", "minipy help dis")                                            \
  X(intern, "the strings that a program interns, or why two expressions are one object",                               \
    "minipy intern hello.py\nminipy intern --json hello.py > intern.jsonl\nminipy intern --why '\"a b\" is \"a b\"'")  \
  X(mem, "what a program does with memory",                                                                            \
    "minipy mem hello.py\nminipy mem --json hello.py > mem.jsonl\nminipy mem --library --limit 0 hello.py")            \
  X(refs, "the history of an object's reference count",                                                                \
    "minipy refs --watch data hello.py\nminipy refs --watch f.x --watch 7:cache hello.py\nminipy refs --json --watch " \
    "data hello.py > refs.jsonl")                                                                                      \
  X(symtable, "the scopes of a program and their names",                                                               \
    "minipy symtable hello.py\nminipy symtable --json -c 'x = 1'")                                                     \
  X(tokens, "the tokens of a program",                                                                                 \
    "minipy tokens hello.py\nminipy tokens -c 'x = 1  # one'\nminipy tokens --json hello.py")

#define DECLARE(name, help, examples) \
  void parse_##name##_subcommand(const std::vector<std::string>& arguments, CommandLine& line);
EACH_SUBCOMMAND(DECLARE)
#undef DECLARE

const Subcommand subcommands[] = {
#define ROW(name, help, examples) {#name, help, examples, parse_##name##_subcommand},
    EACH_SUBCOMMAND(ROW)
#undef ROW
        {},
};

const Subcommand* find_subcommand(const std::string& name) {
  for (const Subcommand* s = subcommands; s->name; s++) {
    if (name == s->name) return s;
  }
  return nullptr;
}

namespace {

// A file, or a folder that can be run: a folder that merely happens to have a subcommand's name does not hide it.
bool is_program(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return false;
  return !S_ISDIR(info.st_mode) || stat((path + "/__main__.py").c_str(), &info) == 0;
}

}  // namespace

bool parse_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  if (arguments.size() < 2) return false;
  const Subcommand* subcommand = find_subcommand(arguments[1]);
  if (!subcommand || is_program(arguments[1])) return false;
  subcommand->parse(arguments, line);
  return true;
}

// minipy help [NAME]
void parse_help_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  line.done = true;
  if (arguments.size() < 3) {
    print_help();
    return;
  }
  const Subcommand* subcommand = find_subcommand(arguments[2]);
  if (subcommand && subcommand->parse != parse_help_subcommand) {
    subcommand->parse({arguments[0], arguments[2], "--help"}, line);
    return;
  }
  if (arguments[2] == "--help" || arguments[2] == "-h" || subcommand) {
    std::puts("usage: minipy help [SUBCOMMAND]\n\nExamples:\n  minipy help\n  minipy help dis");
    return;
  }
  std::fprintf(stderr, "minipy help: no subcommand '%s'; `minipy help` lists them\n", arguments[2].c_str());
  line.status = 2;
}

}  // namespace minipy
