#include "stdlib/minipy/code_text.h"

#include <fmt/format.h>

#include "compiler/opcode.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/str.h"
#include "stdlib/frozen.h"
#include "stdlib/minipy/safe_text.h"

namespace minipy {

std::string name_at(const Code* code, unsigned i) {
  const Tuple* names = reinterpret_cast<const Tuple*>(code->names);
  return static_cast<ssize>(i) < tuple_size(names) ? text_of(reinterpret_cast<Str*>(names->items[i])) : "?";
}
std::string variable_at(const Code* code, unsigned i) {
  return static_cast<ssize>(i) < tuple_size(code->localsplusnames)
             ? text_of(reinterpret_cast<Str*>(code->localsplusnames->items[i]))
             : "?";
}

namespace {

constexpr const char* kCompareNames[] = {"<", "<=", "==", "!=", ">", ">="};
constexpr const char* kBinaryNames[] = {
    "+",  "&",  "//",  "<<",  "@",  "*",  "%",  "|",  "**",  ">>",  "-",  "/",  "^",
    "+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^="};

}  // namespace

std::string argument_text(const Code* code, int opcode, unsigned argument, int target) {
  switch (kInstructions[opcode].operand) {
    case kConstOperand: {
      const Tuple* consts = reinterpret_cast<const Tuple*>(code->consts);
      std::string text;
      if (static_cast<ssize>(argument) < tuple_size(consts)) append_constant_repr(text, consts->items[argument]);
      return text;
    }
    case kNameOperand:
      if (opcode == OP_LOAD_GLOBAL) return (argument & 1 ? "NULL + " : "") + name_at(code, argument >> 1);
      return name_at(code, argument);
    case kLocalOperand:
    case kDerefOperand: return variable_at(code, argument);
    case kJumpForward:
    case kJumpBackward: return fmt::format("to {}", target * 2);
    case kCompareOperand: return argument < 6 ? kCompareNames[argument] : "?";
    case kBinaryOperand: return argument < 26 ? kBinaryNames[argument] : "?";
    default: break;
  }
  if (opcode == OP_MAKE_FUNCTION) {
    std::string text;
    for (auto [flag, name] : {std::pair{1u, "defaults"}, {2u, "kwdefaults"}, {4u, "annotations"}, {8u, "closure"}}) {
      if (argument & flag) text += (text.empty() ? "" : ", ") + std::string(name);
    }
    return text;
  }
  if (opcode == OP_FORMAT_VALUE) {
    static constexpr const char* kConversions[] = {"", "str", "repr", "ascii"};
    std::string text = kConversions[argument & 3];
    if (argument & 4) text += text.empty() ? "with format" : ", with format";
    return text;
  }
  return "";
}

std::string instruction_text(const Code* code, int unit) {
  const unsigned char* bytes = reinterpret_cast<const unsigned char*>(code->code->data);
  int first = unit;
  while (first > 0 && bytes[2 * (first - 1)] == OP_EXTENDED_ARG) first--;
  unsigned argument = 0;
  for (int u = first; u <= unit; u++) argument = argument << 8 | bytes[2 * u + 1];
  int opcode = bytes[2 * unit];
  int next = unit + 1 + opcode_caches(opcode), target = -1;
  if (kInstructions[opcode].operand == kJumpForward) target = next + static_cast<int>(argument);
  if (kInstructions[opcode].operand == kJumpBackward) target = next - static_cast<int>(argument);
  std::string text = opcode_name(opcode);
  if (!opcode_has_arg(opcode)) return text;
  std::string meaning = argument_text(code, opcode, argument, target);
  return text + fmt::format(" {}", meaning.empty() ? std::to_string(argument) : meaning);
}

bool is_library_file(const std::string& file, const std::string& library) {
  return file.starts_with("<frozen ") || file.starts_with(library + "/") ||
         file.find("/site-packages/") != std::string::npos || file.find("/dist-packages/") != std::string::npos ||
         !package_module_of_file(file).empty();
}

}  // namespace minipy
