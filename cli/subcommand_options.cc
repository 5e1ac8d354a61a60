#include "cli/subcommand_options.h"

#include <cstdio>

#include "cli/subcommands.h"

namespace minipy {
namespace {

class HelpFormat : public CLI::Formatter {
 public:
  explicit HelpFormat(std::string usage) : usage_(std::move(usage)) {}
  std::string make_usage(const CLI::App*, std::string) const override { return "usage: " + usage_ + "\n"; }

 private:
  std::string usage_;
};

std::string examples_of(const Subcommand* subcommand) {
  std::string text = "Examples:\n  ";
  for (const char* p = subcommand->examples; *p; p++) {
    text += *p;
    if (*p == '\n') text += "  ";
  }
  return text;
}

}  // namespace

SubcommandOptions::SubcommandOptions(const std::string& name, const std::string& usage, const std::string& details)
    : CLI::App("", "minipy " + name) {
  const Subcommand* subcommand = find_subcommand(name);
  description("Show " + std::string(subcommand->help) + ".");
  formatter(std::make_shared<HelpFormat>("minipy " + name + " " + usage));
  footer((details.empty() ? "" : details + "\n\n") + examples_of(subcommand));
  get_formatter()->column_width(28);
}

bool SubcommandOptions::usage_error(const std::string& message, CommandLine& line) const {
  std::fprintf(stderr, "%s: %s\nTry `%s --help' for more information.\n", get_name().c_str(), message.c_str(),
               get_name().c_str());
  line.done = true;
  line.status = 2;
  return false;
}

bool SubcommandOptions::parse_words(const std::vector<std::string>& words, CommandLine& line) {
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    parse(reversed);
    return true;
  } catch (const CLI::CallForHelp&) {
    std::fputs(help().c_str(), stdout);
    line.done = true;
    return false;
  } catch (const CLI::ParseError& e) {
    return usage_error(e.what(), line);
  }
}

bool SubcommandOptions::parse_all(const std::vector<std::string>& arguments, CommandLine& line) {
  return parse_words({arguments.begin() + 2, arguments.end()}, line);
}

bool SubcommandOptions::parse_own(const std::vector<std::string>& arguments, std::vector<std::string>& rest,
                                  CommandLine& line) {
  std::vector<std::string> own;
  size_t i = 2;
  for (; i < arguments.size(); i++) {
    const std::string& word = arguments[i];
    if (word.size() < 2 || word[0] != '-' || word == "--" || word == "-c" || word == "-m") break;
    bool is_long = word[1] == '-';
    size_t equals = is_long ? word.find('=') : std::string::npos;
    std::string name = is_long ? word.substr(0, equals) : word.substr(0, 2);
    const CLI::Option* option = get_option_no_throw(name);
    if (!option) break;
    own.push_back(word);
    bool holds_value = is_long ? equals != std::string::npos : word.size() > 2;
    if (option->get_expected_min() > 0 && !holds_value && i + 1 < arguments.size()) own.push_back(arguments[++i]);
  }
  rest.assign(arguments.begin() + static_cast<long>(i), arguments.end());
  return parse_words(own, line);
}

bool SubcommandOptions::parse_program(const std::vector<std::string>& arguments, CommandLine& line) {
  std::vector<std::string> program;
  if (!parse_own(arguments, program, line)) return false;
  if (program.empty()) return usage_error("a program is missing", line);
  std::vector<std::string> run = {arguments[0]};
  run.insert(run.end(), program.begin(), program.end());
  line = parse_command_line(run);
  return !line.done;
}

bool SubcommandOptions::add_program(const std::vector<std::string>& program, std::vector<std::string>& words,
                                    CommandLine& line) const {
  if (program.empty()) return usage_error("a program is missing", line);
  size_t i = 0;
  if (program[0] == "-c" || program[0] == "-m") {
    if (program.size() < 2) return usage_error("Argument expected for the " + program[0] + " option", line);
    words.push_back((program[0] == "-c" ? "code=" : "module=") + program[1]);
    i = 1;
  } else if (program[0] != "-" && program[0].starts_with("-")) {
    return usage_error("unknown option " + program[0], line);
  } else {
    words.push_back("file=" + program[0]);
  }
  while (++i < program.size()) words.push_back("argument=" + program[i]);
  return true;
}

void run_package_tool(const std::vector<std::string>& arguments, const std::string& module,
                      const std::vector<std::string>& tool_arguments, CommandLine& line,
                      const std::vector<std::string>& python_options) {
  std::vector<std::string> run = {arguments[0], "-P"};
  run.insert(run.end(), python_options.begin(), python_options.end());
  run.push_back("-c");
  run.push_back("import sys; from " + module + " import main; sys.exit(main(sys.argv[1:]))");
  run.insert(run.end(), tool_arguments.begin(), tool_arguments.end());
  line = parse_command_line(run);
  line.start.orig_argv = arguments;
}

}  // namespace minipy
