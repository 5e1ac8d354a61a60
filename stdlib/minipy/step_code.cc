// The recorder's definitions: names, types and code objects, told once.
#include <fmt/format.h>

#include <cstring>

#include "compiler/opcode.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/code_tables.h"
#include "runtime/containers.h"
#include "runtime/function.h"
#include "runtime/str.h"
#include "stdlib/minipy/code_text.h"
#include "stdlib/minipy/safe_text.h"
#include "stdlib/minipy/step_recorder.h"
#include "vm/vm_opcodes.h"

namespace minipy::step {

namespace {

void add_number(std::string& out, uint64_t v) {
  while (v >= 0x80) {
    out += static_cast<char>(v | 0x80);
    v >>= 7;
  }
  out += static_cast<char>(v);
}
void add_text(std::string& out, std::string_view text) {
  add_number(out, text.size());
  out += text;
}

}  // namespace

void Recorder::define(Definition what, const std::string& content) {
  uint64_t at = shared_->definition_bytes.load(std::memory_order_relaxed);
  if (at + content.size() + 16 > kDefinitionBytes) {
    shared_->dropped.fetch_add(1);
    return;
  }
  std::string record(1, static_cast<char>(what));
  add_number(record, content.size());
  record += content;
  std::memcpy(definition_data(shared_) + at, record.data(), record.size());
  shared_->definition_bytes.store(at + record.size(), std::memory_order_release);
}

uint32_t Recorder::name_number(std::string_view name) {
  auto [place, fresh] = names_.try_emplace(std::string(name), next_name_);
  if (fresh) {
    next_name_++;
    define(kDefineName, place->first);
  }
  return place->second;
}

uint32_t Recorder::name_of_str(const Str* s) {
  // A string's address may come back as another's.
  CachedName& cached = name_cache_[s];
  if (cached.number && str_equals_ascii(s, cached.text)) return cached.number;
  cached.text = text_of(s);
  cached.number = name_number(cached.text);
  return cached.number;
}

uint32_t Recorder::type_number(Type* t) {
  CachedType& cached = type_cache_[t];
  if (cached.number && cached.tp_name == t->name && cached.name == type_plain_name(t)) return cached.number;
  cached.name = type_plain_name(t);
  cached.tp_name = t->name;
  auto [place, fresh] = types_.try_emplace(cached.name, next_type_);
  if (fresh) {
    next_type_++;
    define(kDefineType, place->first);
  }
  return cached.number = place->second;
}

bool Recorder::is_library(const Code* code, InterpreterFrame* caller) {
  std::string file = text_of(code->filename);
  if (file == program_) return false;
  // What a library module generates (namedtuple, dataclass) is the library's where it runs it.
  if (file == "<string>" && caller && caller->code->runtime) {
    if (!code_of(caller->code, caller->previous)->program) return true;
  }
  return is_library_file(file, library_);
}

CodeShadow* Recorder::code_of(Code* code, InterpreterFrame* caller) {
  if (auto known = codes_.find(code->runtime); known != codes_.end()) return known->second.get();
  bool library = is_library(code, caller);
  auto& owned = codes_[code->runtime] = std::make_unique<CodeShadow>();
  CodeShadow* shadow = owned.get();
  shadow->number = next_code_++;
  shadow->program = !library;
  shadow->local_count = code->nlocalsplus;
  shadow->orders_version = ~0u;
  define(kDefineCode, code_content(code, shadow));
  return shadow;
}

// file, name, qualified name, first line, CodeFlags, whether it is the program's, arguments, variables (name, kind)
// ..., first unit that is traced, units; instructions: count, then for each unit, opcode, argument, text of the
// argument, line, end line, column, end column (each plus one, 0: none; columns count bytes), jump target plus one;
// handlers: count, then start, end, target, depth, whether the place is pushed.
std::string Recorder::code_content(Code* code, CodeShadow* shadow) {
  std::string out;
  shadow->file = text_of(code->filename);
  shadow->name = text_of(code->name);
  shadow->qualified_name = text_of(code->qualname);
  add_text(out, shadow->file);
  add_text(out, shadow->name);
  add_text(out, shadow->qualified_name);
  add_number(out, static_cast<uint64_t>(code->firstlineno));
  add_number(out, static_cast<uint64_t>(code->flags));
  add_number(out, shadow->program);
  add_number(out, static_cast<uint64_t>(code->argcount + code->kwonlyargcount));
  add_number(out, static_cast<uint64_t>(code->nlocalsplus));
  for (int i = 0; i < code->nlocalsplus; i++) {
    add_text(out, variable_at(code, static_cast<unsigned>(i)));
    add_number(out, static_cast<unsigned char>(code->localspluskinds->data[i]));
  }
  int units = static_cast<int>(code->base.size);
  add_number(out, static_cast<uint64_t>(code->first_traceable < 0 ? 0 : code->first_traceable));
  add_number(out, static_cast<uint64_t>(units));

  std::vector<CodePosition> positions(static_cast<size_t>(units), CodePosition{-1, -1, -1, -1});
  shadow->lines.assign(static_cast<size_t>(units), -1);
  shadow->line_start.assign(static_cast<size_t>(units), false);
  LocationReader reader(code);
  int line = -1;
  while (reader.next()) {
    int start = reader.start() / 2, end = reader.end() / 2;
    for (int u = start; u < end && u < units; u++) {
      positions[static_cast<size_t>(u)] = reader.position();
      shadow->lines[static_cast<size_t>(u)] = reader.position().line;
    }
    if (start < units && reader.position().line > 0 && reader.position().line != line) {
      shadow->line_start[static_cast<size_t>(start)] = true;
    }
    line = reader.position().line;
  }

  std::string body;
  uint64_t count = 0;
  unsigned extended = 0;
  const unsigned char* bytes = reinterpret_cast<const unsigned char*>(code->code->data);
  for (int u = 0; u < units; count++) {
    int opcode = bytes[2 * u];
    unsigned argument = extended | bytes[2 * u + 1];
    int next = u + 1 + opcode_caches(opcode), target = -1;
    if (kInstructions[opcode].operand == kJumpForward) target = next + static_cast<int>(argument);
    if (kInstructions[opcode].operand == kJumpBackward) target = next - static_cast<int>(argument);
    const CodePosition& p = positions[static_cast<size_t>(u)];
    add_number(body, static_cast<uint64_t>(u));
    add_number(body, static_cast<uint64_t>(opcode));
    add_number(body, argument);
    add_text(body, argument_text(code, opcode, argument, target));
    for (int place : {p.line, p.end_line, p.column, p.end_column}) add_number(body, static_cast<uint64_t>(place + 1));
    add_number(body, static_cast<uint64_t>(target + 1));
    extended = opcode == OP_EXTENDED_ARG ? argument << 8 : 0;
    u = next;
  }
  add_number(out, count);
  out += body;

  std::string handlers;
  count = 0;
  HandlerReader handler_reader(code);
  HandlerEntry h;
  for (; handler_reader.next(&h); count++) {
    for (int v : {h.start / 2, h.end / 2, h.target / 2, h.depth, h.push_lasti ? 1 : 0}) {
      add_number(handlers, static_cast<uint64_t>(v));
    }
  }
  add_number(out, count);
  out += handlers;
  return out;
}

}  // namespace minipy::step
