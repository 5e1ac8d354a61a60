#include "stdlib/minipy/step_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "runtime/function.h"

namespace minipy::step {

namespace {

const CodeText kNoCode;
const std::string kNoName = "?";
const InstructionText kNoInstruction{0, 0, 0, "", -1, -1, -1, -1, -1};

}  // namespace

const HandlerText* CodeText::handler_of(int unit) const {
  for (const HandlerText& h : handlers) {
    if (unit >= h.start && unit < h.end) return &h;
  }
  return nullptr;
}

bool CodeText::starts_line(int unit) const {
  const InstructionText* i = at(unit);
  if (!i || i->line <= 0) return false;
  int index = by_unit[static_cast<size_t>(unit)];
  return index == 0 || instructions[static_cast<size_t>(index) - 1].line != i->line;
}

uint64_t Reader::Cursor::number() {
  uint64_t v = 0;
  for (int shift = 0; p < end && shift < 64; shift += 7) {
    uint8_t b = *p++;
    v |= static_cast<uint64_t>(b & 0x7f) << shift;
    if (b < 0x80) break;
  }
  return v;
}
int64_t Reader::Cursor::signed_number() {
  uint64_t v = number();
  return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1);
}
std::string Reader::Cursor::text() {
  size_t n = number();
  if (n > static_cast<size_t>(end - p)) n = static_cast<size_t>(end - p);
  std::string s(reinterpret_cast<const char*>(p), n);
  p += n;
  return s;
}

// ---- Definitions ---------------------------------------------------------------------------------------------------

void Reader::read_definitions() {
  uint64_t end = shared_->definition_bytes.load(std::memory_order_acquire);
  const uint8_t* data = definition_data(shared_);
  while (definitions_read_ < end) {
    Cursor c{data + definitions_read_, data + end};
    uint8_t what = *c.p++;
    uint64_t size = c.number();
    Cursor content{c.p, c.p + size};
    definitions_read_ = static_cast<uint64_t>(c.p + size - data);
    std::string_view whole(reinterpret_cast<const char*>(content.p), size);
    if (what == kDefineName) names_.emplace_back(whole);
    if (what == kDefineType) types_.emplace_back(whole);
    if (what == kDefineCode) read_code(content);
    if (what == kDefineThread) {
      uint64_t id = 0;
      std::memcpy(&id, whole.data(), size < sizeof id ? size : sizeof id);
      thread_ids_.push_back(id);
    }
  }
}

void Reader::read_code(Cursor c) {
  CodeText& code = codes_.emplace_back();
  code.file = c.text();
  code.name = c.text();
  code.qualified_name = c.text();
  code.first_line = static_cast<int>(c.number());
  code.flags = static_cast<int>(c.number());
  code.program = c.number();
  code.arguments = static_cast<int>(c.number());
  for (uint64_t n = c.number(); n > 0; n--) {
    code.variables.push_back(c.text());
    code.variable_kinds.push_back(static_cast<int>(c.number()));
  }
  code.first_traceable = static_cast<int>(c.number());
  code.units = static_cast<int>(c.number());
  code.by_unit.assign(static_cast<size_t>(code.units), -1);
  auto number = [&c] { return static_cast<int>(c.number()); };
  for (uint64_t n = c.number(); n > 0; n--) {
    InstructionText i;
    i.unit = number();
    i.opcode = number();
    i.argument = number();
    i.text = c.text();
    i.line = number() - 1;
    i.end_line = number() - 1;
    i.column = number() - 1;
    i.end_column = number() - 1;
    i.target = number() - 1;
    if (i.unit < code.units) code.by_unit[static_cast<size_t>(i.unit)] = static_cast<int>(code.instructions.size());
    code.instructions.push_back(std::move(i));
  }
  for (uint64_t n = c.number(); n > 0; n--) {
    HandlerText h;
    h.start = number();
    h.end = number();
    h.target = number();
    h.depth = number();
    h.push_place = number();
    code.handlers.push_back(h);
  }
}

const CodeText& Reader::code(uint32_t n) const { return n && n <= codes_.size() ? codes_[n - 1] : kNoCode; }
const std::string& Reader::name(uint32_t n) const { return n && n <= names_.size() ? names_[n - 1] : kNoName; }
const std::string& Reader::type_name(uint32_t n) const { return n && n <= types_.size() ? types_[n - 1] : kNoName; }
uint64_t Reader::system_thread(uint32_t n) const { return n && n <= thread_ids_.size() ? thread_ids_[n - 1] : 0; }
const InstructionText& Reader::instruction() const {
  const InstructionText* i = code().at(frame().unit);
  return i ? *i : kNoInstruction;
}

// ---- Steps ---------------------------------------------------------------------------------------------------------

uint64_t Reader::first_step() const {
  uint64_t first = shared_->first_chunk.load(std::memory_order_acquire);
  return first < shared_->chunk_count.load(std::memory_order_acquire) ? chunk_entry(shared_, first)->first_step : 0;
}

bool Reader::enter_chunk(uint64_t n) {
  const Chunk* c = chunk_entry(shared_, n);
  chunk_ = n;
  chunk_first_ = c->first_step;
  in_.p = chunk_data(shared_, c);
  in_.end = in_.p + kChunkBytes;
  threads_.clear();
  objects_.assign(1, ObjectState{});
  thread_ = 0;
  current_ = nullptr;
  step_ = chunk_first_ - 1;
  valid_ = false;
  return true;
}

bool Reader::go_to(uint64_t step) {
  read_definitions();
  if (step >= end_step() || step < first_step()) return false;
  if (valid_ && step == step_) return true;
  uint64_t first = shared_->first_chunk.load(std::memory_order_acquire);
  uint64_t last = shared_->chunk_count.load(std::memory_order_acquire);
  // The chunk that holds the step.
  auto holds = [&](uint64_t n) {
    const Chunk* c = chunk_entry(shared_, n);
    return n >= first && n < last && step >= c->first_step && step < c->first_step + c->steps;
  };
  if (chunk_ == ~uint64_t{0} || !holds(chunk_)) {
    uint64_t low = first, high = last;
    while (low + 1 < high) {
      uint64_t middle = (low + high) / 2;
      (chunk_entry(shared_, middle)->first_step <= step ? low : high) = middle;
    }
    if (!holds(low)) return false;
    enter_chunk(low);
  } else if (!valid_ || step < step_) {
    enter_chunk(chunk_);
  }
  while (step_ != step) {
    if (!read_step()) return valid_ = false;
  }
  return valid_ = true;
}

void Reader::read_object() {
  size_t n = in_.number();
  if (n >= objects_.size()) objects_.resize(n + 1);
  ObjectState& o = objects_[n];
  o.type = static_cast<uint32_t>(in_.number());
  o.address = in_.number();
  o.count = static_cast<int64_t>(in_.number());
  o.kind = static_cast<ObjectKind>(in_.number());
  o.flags = 0;
  o.value = 0;
  o.text.clear();
  o.closing.clear();
  o.fields.clear();
  o.version = ++versions_;
  if (o.kind == kInt) {
    o.value = in_.signed_number();
  } else if (o.kind == kText) {
    o.text = in_.text();
    for (uint64_t count = in_.number(); count > 0; count--) {
      uint32_t name = static_cast<uint32_t>(in_.number());
      o.fields.push_back({name, static_cast<ObjectNumber>(in_.number())});
    }
  } else {
    o.text = in_.text();
    o.closing = in_.text();
    o.flags = static_cast<uint8_t>(in_.number());
    o.value = static_cast<int64_t>(in_.number());
    uint64_t count = in_.number();
    if (o.flags & kPairs) count *= 2;
    for (; count > 0 && in_.p < in_.end; count--) o.fields.push_back({0, static_cast<ObjectNumber>(in_.number())});
  }
}

bool Reader::read_step() {
  pops_.clear();
  changed_.clear();
  raised_ = raised_with_ = 0;
  while (in_.p < in_.end) {
    uint8_t e = *in_.p++;
    FrameState* f = current_ && !current_->frames.empty() ? &current_->frames.back() : nullptr;
    if (e >= kStepAhead || e == kStepAt) {
      if (!f) return false;
      f->unit = e == kStepAt ? static_cast<int>(in_.number()) : f->unit + (e & 0x7f);
      step_++;
      return true;
    }
    if (!read_event(static_cast<Event>(e), f)) return false;
  }
  return false;
}

// An event between two steps; `f` is the current frame, null when there is none.
bool Reader::read_event(Event e, FrameState* f) {
  switch (e) {
    case kThread:
      thread_ = static_cast<uint32_t>(in_.number());
      current_ = &threads_[thread_];
      changed_.clear();
      return true;
    case kThreadEnd: {
      uint32_t ended = static_cast<uint32_t>(in_.number());
      if (ended != thread_) threads_.erase(ended);
      return true;
    }
    case kPush: return read_push();
    case kPop: return read_pop(f);
    case kSlot: return read_slot(f);
    case kName: return read_name(f);
    case kDepth: {
      size_t depth = in_.number();
      if (f) f->slots.resize(code(f->code).variables.size() + depth);
      return true;
    }
    case kNameCount: {
      size_t n = in_.number();
      if (f) f->names.resize(n);
      return true;
    }
    case kObject: read_object(); return true;
    case kCount: read_count(); return true;
    case kHandled: {
      ObjectNumber o = static_cast<ObjectNumber>(in_.number());
      if (current_) current_->handled = o;
      return true;
    }
    case kRaised:
      raised_ = static_cast<ObjectNumber>(in_.number());
      raised_with_ = static_cast<ObjectNumber>(in_.number());
      return true;
    case kTold: changed_.clear(); return true;
    case kBreakpoint: hits_[step_] = static_cast<uint32_t>(in_.number()); return true;
    default: return false;
  }
}

bool Reader::read_push() {
  if (!current_) return false;
  FrameState& fresh = current_->frames.emplace_back();
  fresh.number = in_.number();
  fresh.code = static_cast<uint32_t>(in_.number());
  fresh.unit = static_cast<int>(in_.signed_number());
  fresh.flags = static_cast<uint8_t>(in_.number());
  fresh.slots.resize(code(fresh.code).variables.size());
  changed_.clear();
  return true;
}

bool Reader::read_pop(const FrameState* f) {
  PopHow how = static_cast<PopHow>(in_.number());
  ObjectNumber value = static_cast<ObjectNumber>(in_.number());
  if (!f) return false;
  pops_.push_back({how, value, f->code});
  current_->frames.pop_back();
  changed_.clear();
  return true;
}

bool Reader::read_slot(FrameState* f) {
  size_t i = in_.number();
  ObjectNumber o = static_cast<ObjectNumber>(in_.number());
  if (!f) return false;
  if (i >= f->slots.size()) f->slots.resize(i + 1);
  f->slots[i] = o;
  changed_.push_back(i);
  return true;
}

bool Reader::read_name(FrameState* f) {
  size_t i = in_.number();
  uint32_t name = static_cast<uint32_t>(in_.number());
  ObjectNumber o = static_cast<ObjectNumber>(in_.number());
  if (!f) return false;
  if (i >= f->names.size()) f->names.resize(i + 1);
  // Where a name before it was deleted, it has only moved.
  bool moved = false;
  for (size_t k = i; k < f->names.size() && !moved; k++) {
    moved = f->names[k].name == name && f->names[k].object == o;
  }
  f->names[i] = {name, o};
  if (!moved) changed_.push_back((size_t{1} << 32) + i);
  return true;
}

void Reader::read_count() {
  size_t n = in_.number();
  int64_t change = in_.signed_number();
  if (n < objects_.size()) objects_[n].count += change;
}

// ---- Values --------------------------------------------------------------------------------------------------------

namespace {
constexpr int kReprDepth = 6;
constexpr const char* kMore = "\xe2\x80\xa6";
}  // namespace

void Reader::append_repr(std::string& out, ObjectNumber n, int depth, size_t limit) const {
  const ObjectState* o = object(n);
  if (!o || out.size() >= limit) {
    out += kMore;
    return;
  }
  if (o->kind == kInt) {
    out += std::to_string(o->value);
    return;
  }
  if (o->kind == kText) {
    for (size_t i = 0; i < o->text.size(); i++) {
      if (o->text[i] != '\1' || i + 1 == o->text.size()) {
        out += o->text[i];
        continue;
      }
      size_t k = static_cast<size_t>(o->text[++i]) - 1;
      if (k < o->fields.size() && depth > 0) {
        append_repr(out, o->fields[k].object, depth - 1, limit);
      } else {
        out += kMore;
      }
    }
    return;
  }
  if (std::find(inside_.begin(), inside_.end(), n) != inside_.end()) {
    out += o->text + "..." + o->closing;
    return;
  }
  out += o->text;
  bool pairs = o->flags & kPairs, tuples = pairs && (o->flags & kTuple);
  if (depth == 0 && o->value) {
    out += kMore + o->closing;
    return;
  }
  inside_.push_back(n);
  size_t step = pairs ? 2 : 1, shown = 0;
  for (size_t i = 0; i + step <= o->fields.size(); i += step, shown++) {
    if (i) out += ", ";
    if (out.size() >= limit) break;
    if (tuples) out += '(';
    append_repr(out, o->fields[i].object, depth - 1, limit);
    if (pairs) {
      out += tuples ? ", " : ": ";
      append_repr(out, o->fields[i + 1].object, depth - 1, limit);
    }
    if (tuples) out += ')';
  }
  if (static_cast<int64_t>(shown) < o->value) {
    if (shown && shown * step == o->fields.size()) out += ", ";
    out += kMore;
  } else if (!pairs && (o->flags & kTuple) && o->value == 1) {
    out += ',';
  }
  inside_.pop_back();
  out += o->closing;
}

std::string Reader::repr(ObjectNumber n, size_t limit) const {
  std::string out;
  append_repr(out, n, kReprDepth, limit);
  return out;
}

std::string Reader::raised_text() const {
  const ObjectState* o = object(raised_);
  if (!o) return "";
  std::string text = repr(raised_);
  if (type_name(o->type) != "type" || !text.starts_with("<class '")) return text;
  // Not made yet: as it will look.
  text = text.substr(8, text.size() - 10);
  text = text.substr(text.rfind('.') + 1);
  const ObjectState* with = object(raised_with_);
  if (with && with->kind == kItems && (with->flags & kTuple)) return text + repr(raised_with_);
  return text + "(" + (with ? repr(raised_with_) : "") + ")";
}

ObjectNumber Reader::variable(const FrameState& f, std::string_view wanted) const {
  for (const NamedSlot& n : f.names) {
    if (name(n.name) == wanted) return n.object;
  }
  const CodeText& c = code(f.code);
  for (size_t i = 0; i < c.variables.size() && i < f.slots.size(); i++) {
    if (c.variables[i] != wanted) continue;
    const ObjectState* o = object(f.slots[i]);
    if (o && (c.variable_kinds[i] & (kLocalCell | kLocalFree)) && type_name(o->type) == "cell") {
      return o->fields.empty() ? 0 : o->fields[0].object;
    }
    return f.slots[i];
  }
  return 0;
}

}  // namespace minipy::step
