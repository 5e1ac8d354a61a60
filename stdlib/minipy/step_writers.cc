#include "stdlib/minipy/step_writers.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/opcode.h"
#include "runtime/function.h"

namespace minipy::step {

const char* opcode_text(int opcode) { return opcode_name(opcode); }

std::string instruction_text(const InstructionText& i) {
  std::string text = opcode_name(i.opcode);
  if (opcode_has_arg(i.opcode)) text += fmt::format(" {}", i.argument);
  if (!i.text.empty()) text += " (" + i.text + ")";
  return text;
}

const char* pop_text(PopHow how) {
  switch (how) {
    case kReturned: return "returned";
    case kYielded: return "yielded";
    case kBecameGenerator: return "became a generator";
    case kRaisedOut: return "left by an exception";
    default: return "left";
  }
}

std::string value_text(const Reader& r, ObjectNumber n, size_t limit) { return n ? r.repr(n, limit) : "NULL"; }

namespace {

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Text of one line, whatever is in it.
void append_line(std::string& out, std::string_view text) {
  for (char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

}  // namespace

// ---- Text
// ------------------------------------------------------------------------------------------------------------

void TextWriter::header(const Reader& r) {
  for (const Pop& p : r.pops()) {
    std::string text = fmt::format("-- {} {}", r.code(p.code).qualified_name, pop_text(p.how));
    if (p.how == kReturned || p.how == kYielded) text += " " + value_text(r, p.value);
    std::string line;
    append_line(line, text);
    sink_.write(line + "\n");
  }
  const FrameState& f = r.frame();
  if (f.number == frame_ && r.thread() == thread_) return;
  const CodeText& c = r.code();
  std::string where = r.threads().size() > 1 || r.thread() != 1 ? fmt::format("thread {}, ", r.thread()) : "";
  sink_.write(fmt::format("-- {}frame {}: {} ({}:{})\n", where, f.number, c.qualified_name, base_name(c.file),
                          r.instruction().line));
  frame_ = f.number;
  thread_ = r.thread();
}

void TextWriter::step(const Reader& r) {
  const FrameState& f = r.frame();
  const CodeText& c = r.code();
  if (r.raised()) {
    std::string line = "-- raised ";
    append_line(line, r.raised_text());
    sink_.write(line + "\n");
  }
  header(r);
  size_t base = c.variables.size();
  for (size_t i : r.changed_slots()) {
    std::string name, value;
    if (i >> 32) {
      const NamedSlot& n = f.names[i & 0xffffffff];
      name = r.name(n.name);
      value = value_text(r, n.object);
    } else if (i < base) {
      name = c.variables[i];
      value = value_text(r, f.slots[i]);
    } else {
      continue;
    }
    std::string line = "            " + name + " = ";
    append_line(line, value);
    sink_.write(line + "\n");
  }
  const InstructionText& i = r.instruction();
  std::string line = c.starts_line(f.unit) ? fmt::format("{:4} ", i.line) : "     ";
  std::string argument = opcode_has_arg(i.opcode) ? fmt::format(" {}", i.argument) : "";
  if (!i.text.empty()) argument += " (" + i.text + ")";
  if (argument.size() > 30) argument = argument.substr(0, 27) + "...";
  line += fmt::format("{:5} {:<24}{:<18} [", f.unit * 2, opcode_name(i.opcode), argument);
  for (size_t k = base; k < f.slots.size(); k++) {
    if (k > base) line += ", ";
    append_line(line, value_text(r, f.slots[k]));
  }
  sink_.write(line + "]\n");
  sink_.end_record();
}

// ---- JSON lines
// ------------------------------------------------------------------------------------------------------

void JsonLinesWriter::value(const Reader& r, ObjectNumber n) {
  const ObjectState* o = r.object(n);
  if (!o) {
    json_.null();
    return;
  }
  json_.begin_object().field("type", std::string_view(r.type_name(o->type)));
  json_.field("repr", std::string_view(r.repr(n)));
  json_.field("refs", o->count).key("address").address(reinterpret_cast<const void*>(o->address)).end_object();
}

void JsonLinesWriter::step(const Reader& r) {
  const FrameState& f = r.frame();
  const CodeText& c = r.code();
  const InstructionText& i = r.instruction();
  json_.begin_object().field("step", r.step()).field("thread", r.thread()).field("frame", f.number);
  json_.field("depth", r.frames().size()).field("function", std::string_view(c.qualified_name));
  json_.field("file", std::string_view(c.file)).field("offset", f.unit * 2).field("opcode", opcode_name(i.opcode));
  json_.key("argument");
  if (opcode_has_arg(i.opcode)) {
    json_.value(i.argument);
  } else {
    json_.null();
  }
  json_.field("argument_text", std::string_view(i.text));
  auto place = [this](const char* name, int v) {
    json_.key(name);
    if (v < 0) {
      json_.null();
    } else {
      json_.value(v);
    }
  };
  place("line", i.line);
  place("end_line", i.end_line);
  place("column", i.column);
  place("end_column", i.end_column);
  size_t base = c.variables.size();
  json_.key("stack").begin_array();
  for (size_t k = base; k < f.slots.size(); k++) value(r, f.slots[k]);
  json_.end_array().key("changed").begin_object();
  for (size_t k : r.changed_slots()) {
    if (k >> 32) {
      const NamedSlot& n = f.names[k & 0xffffffff];
      json_.key(r.name(n.name));
      value(r, n.object);
    } else if (k < base) {
      json_.key(c.variables[k]);
      value(r, f.slots[k]);
    }
  }
  json_.end_object();
  if (const HandlerText* h = c.handler_of(f.unit)) {
    json_.key("handler").begin_object().field("offset", h->target * 2).field("depth", h->depth).end_object();
  } else {
    json_.key("handler").null();
  }
  json_.key("handling");
  value(r, r.handled());
  json_.key("raised");
  if (r.raised()) {
    json_.value(std::string_view(r.raised_text()));
  } else {
    json_.null();
  }
  json_.key("left").begin_array();
  for (const Pop& p : r.pops()) {
    json_.begin_object()
        .field("function", std::string_view(r.code(p.code).qualified_name))
        .field("how", pop_text(p.how));
    json_.key("value");
    value(r, p.value);
    json_.end_object();
  }
  json_.end_array().end_object();
  json_.end_line();
}

}  // namespace minipy::step
