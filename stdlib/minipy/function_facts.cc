#include "stdlib/minipy/function_facts.h"

#include "compiler/opcode.h"
#include "runtime/code_tables.h"
#include "runtime/containers.h"
#include "runtime/function.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/minipy/code_text.h"
#include "stdlib/minipy/safe_text.h"
#include "vm/vm_opcodes.h"

namespace minipy {

const char* call_event_name(CallEvent::What what) {
  switch (what) {
    case CallEvent::What::kRunning: return "running";
    case CallEvent::What::kCalled: return "called";
    case CallEvent::What::kResumed: return "resumed";
    case CallEvent::What::kThrownInto: return "thrown into";
    case CallEvent::What::kReturned: return "returned";
    case CallEvent::What::kYielded: return "yielded";
    case CallEvent::What::kRaised: return "raised";
    default: return "unfinished";
  }
}
const char* exception_event_name(ExceptionEvent::What what) {
  switch (what) {
    case ExceptionEvent::What::kRaised: return "raised";
    case ExceptionEvent::What::kCaught: return "caught";
    case ExceptionEvent::What::kHandled: return "handled";
    case ExceptionEvent::What::kReraised: return "reraised";
    default: return "unwound";
  }
}
const char* form_event_name(FormEvent::What what) {
  switch (what) {
    case FormEvent::What::kSpecialised: return "specialised";
    case FormEvent::What::kMissed: return "missed";
    case FormEvent::What::kDeoptimised: return "deoptimised";
    default: return "failed";
  }
}
const char* form_name(int opcode) {
  if (is_cold_form(opcode)) return nullptr;
  switch (opcode) {
#define FORM(name, family) \
  case OPS_##name: return #name;
    MINIPY_SPECIALIZED(FORM)
#undef FORM
    default: return nullptr;
  }
}

FunctionFacts* FunctionTable::add(bool native, std::string name) {
  all_.push_back({static_cast<uint32_t>(all_.size()), native, false, std::move(name), {}, 0, {}});
  return &all_.back();
}

namespace {

void read_instructions(const Code* code, std::vector<InstructionFacts>& units) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(code->code->data);
  const int n = static_cast<int>(code->base.size);
  units.resize(static_cast<size_t>(n));
  unsigned argument = 0;
  for (int u = 0; u < n; u += 1 + opcode_caches(bytes[2 * u])) {
    InstructionFacts& facts = units[static_cast<size_t>(u)];
    facts.opcode = bytes[2 * u];
    facts.argument = argument = argument << 8 | bytes[2 * u + 1];
    facts.has_argument = opcode_has_arg(facts.opcode);
    facts.text = instruction_text(code, u);
    if (facts.opcode != OP_EXTENDED_ARG) argument = 0;
  }
  LocationReader reader(code);
  while (reader.next()) {
    int line = reader.position().line > 0 ? reader.position().line : 0;
    for (int u = reader.start() / 2; u < reader.end() / 2 && u < n; u++) units[static_cast<size_t>(u)].line = line;
  }
}

std::string type_name_of(const Type* type) {
  std::string name;
  append_type_full_name(name, type);
  return name;
}

// Not freed: recorders may ask until the process ends.
std::string& left_out_folder() {
  static std::string& folder = *new std::string;
  return folder;
}

bool is_left_out(const std::string& file) {
  const std::string& folder = left_out_folder();
  return !folder.empty() && file.size() > folder.size() && file.starts_with(folder) && file[folder.size()] == '/';
}

}  // namespace

void functions_leave_out(std::string_view folder) { left_out_folder() = folder; }

const FunctionFacts* FunctionTable::of_code(Code* code) {
  if (code->runtime == last_runtime_) return last_facts_;
  const FunctionFacts*& known = codes_[code->runtime];
  if (!known) {
    FunctionFacts* facts = add(false, text_of(code->qualname));
    facts->file = text_of(code->filename);
    facts->line = code->firstlineno;
    facts->hidden = facts->file == "<frozen minipy>" || is_left_out(facts->file);
    read_instructions(code, facts->units);
    known = facts;
  }
  last_runtime_ = code->runtime;
  return last_facts_ = known;
}

const FunctionFacts* FunctionTable::of_method(const MethodDef* def, const Type* owner, Object* module) {
  std::string owner_name;
  if (owner) {
    owner_name = type_name_of(owner);
  } else if (module && type_of(module) == &str_type) {
    owner_name = text_of(cast<Str>(module));
    if (owner_name == "builtins") owner_name.clear();
  }
  Native& known = natives_[def];
  if (!known.facts || known.owner_name != owner_name) {
    std::string name = owner_name.empty() ? def->name : owner_name + "." + def->name;
    known = {owner_name, add(true, std::move(name))};
  }
  return known.facts;
}

const FunctionFacts* FunctionTable::of_native(Object* callable) {
  if (type_of(callable) == &method_type) callable = cast<Method>(callable)->function;
  const Type* type = type_of(callable);
  if (type == &builtin_function_type || type == &builtin_method_type) {
    const BuiltinFunction* f = cast<BuiltinFunction>(callable);
    bool bound = f->self && type_of(f->self) != &module_type;
    const Type* owner = !bound ? nullptr : is_type(f->self) ? cast<Type>(f->self) : type_of(f->self);
    return of_method(f->def, owner, f->module);
  }
  if (type == &method_descriptor_type) {
    const MethodDescriptor* d = reinterpret_cast<const MethodDescriptor*>(callable);
    return of_method(d->def, d->common.owner, nullptr);
  }
  // A class by its name; of other objects that can be called, what they are.
  const Type* shown = is_type(callable) ? cast<Type>(callable) : type;
  std::string name = type_name_of(shown);
  if (!is_type(callable)) name += ".__call__";
  Native& known = natives_[shown];
  if (!known.facts || known.owner_name != name) known = {name, add(true, name)};
  return known.facts;
}

}  // namespace minipy
