#include "stdlib/minipy/refs_recorder.h"

#include <pthread.h>

#include <algorithm>

#include "compiler/opcode.h"
#include "gc/collector.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/str.h"
#include "stdlib/minipy/code_text.h"
#include "stdlib/minipy/evaluate.h"
#include "stdlib/minipy/safe_text.h"
#include "stdlib/sys/print_exception.h"
#include "vm/gil.h"
#include "vm/vm.h"

namespace minipy::refs {

namespace {

Recorder* installed = nullptr;

bool is_identifier(const std::string& s) {
  if (s.empty() || (s[0] >= '0' && s[0] <= '9')) return false;
  return std::all_of(s.begin(), s.end(), [](unsigned char c) { return c == '_' || c >= 0x80 || std::isalnum(c); });
}

}  // namespace

bool Order::parse(const std::string& text, Order& order) {
  order = {};
  order.text = text;
  size_t digits = text.find_first_not_of("0123456789");
  if (digits > 0 && digits < 9 && digits != std::string::npos && text[digits] == ':') {
    order.line = std::stoi(text);
    order.expression = text.substr(digits + 1);
    return order.line > 0 && order.expression.find_first_not_of(" \t") != std::string::npos;
  }
  size_t dot = text.rfind('.');
  order.name = dot == std::string::npos ? text : text.substr(dot + 1);
  if (dot != std::string::npos) order.function = text.substr(0, dot);
  return is_identifier(order.name) && dot != 0;
}

Recorder::Recorder(std::vector<Order> orders, std::string library) : waiting_(orders.size()), recent_(kRecent) {
  codes_.set_library(std::move(library));
  for (Order& order : orders) {
    watched_.emplace_back();
    watched_.back().order = std::move(order);
  }
}
Recorder::~Recorder() { uninstall(); }

void Recorder::install() {
  installed = this;
  static bool registered = false;
  if (!registered) pthread_atfork(nullptr, nullptr, after_fork_in_child);
  registered = true;
#if defined(MINIPY_WATCH_COUNTS)
  static CountListener listener;
  listener = {[](void* self, Object* p, ssize change) { static_cast<Recorder*>(self)->changed(p, change); },
              [](void* self, const void* address) { static_cast<Recorder*>(self)->died(address); }, this};
  g_count_listener = &listener;
#endif
  vm_add_step_listener(this);
}

void Recorder::uninstall() {
  if (installed != this) return;
  installed = nullptr;
#if defined(MINIPY_WATCH_COUNTS)
  g_count_listener = nullptr;
#endif
  vm_remove_step_listener(this);
}

// A process that the program forks is not watched.
void Recorder::after_fork_in_child() {
  if (installed) installed->uninstall();
}

// ---- Places -------------------------------------------------------------------------------------------------------

const Recorder::Targets& Recorder::targets_of(const Code* code, const CodeFacts* facts) {
  auto found = targets_.find(facts);
  return found != targets_.end() ? found->second : targets_.emplace(facts, find_targets(code, *facts)).first->second;
}

Recorder::Targets Recorder::find_targets(const Code* code, const CodeFacts& facts) const {
  Targets targets;
  const auto* bytes = reinterpret_cast<const unsigned char*>(code->code->data);
  int units = static_cast<int>(facts.units.size());
  for (size_t order = 0; order < watched_.size(); order++) {
    const Order& o = watched_[order].order;
    if (o.line) {
      if (std::any_of(facts.units.begin(), facts.units.end(), [&](auto& u) { return u.position.line == o.line; })) {
        targets.line_orders.push_back(order);
      }
      continue;
    }
    if (!o.function.empty() && o.function != facts.qualified_name) continue;
    unsigned argument = 0;
    for (int u = 0; u < units; u += 1 + opcode_caches(bytes[2 * u])) {
      int opcode = bytes[2 * u];
      argument = argument << 8 | bytes[2 * u + 1];
      bool binds = ((opcode == OP_STORE_NAME || opcode == OP_STORE_GLOBAL) && name_at(code, argument) == o.name) ||
                   ((opcode == OP_STORE_FAST || opcode == OP_STORE_DEREF) && variable_at(code, argument) == o.name);
      if (binds) targets.bindings.push_back({order, u, false});
      if (opcode != OP_EXTENDED_ARG) argument = 0;
    }
    int arguments =
        code->argcount + code->kwonlyargcount + !!(code->flags & kCoVarArgs) + !!(code->flags & kCoVarKeywords);
    for (int i = 0; i < arguments; i++) {
      if (variable_at(code, static_cast<unsigned>(i)) == o.name) targets.bindings.push_back({order, i, true});
    }
  }
  return targets;
}

// ---- Counts -------------------------------------------------------------------------------------------------------

void Recorder::changed(Object* p, ssize change) {
  if (off_) return;
  bool is_watched = std::any_of(watched_.begin(), watched_.end(), [p](const Watched& w) { return w.object == p; });
  if (!is_watched && !waiting_) return;
  Change c{steps_, p->refcount, change, place(), g_gc.collecting};
  for (Watched& w : watched_) {
    if (w.object == p) w.changes.push_back(c);
  }
  if (waiting_) recent_[recent_next_++ % kRecent] = {p, c};
}

// Dead, unless its finalizer has revived it.
void Recorder::died(const void* address) {
  codes_.forget(address);
  for (Watched& w : watched_) {
    if (w.object == address && !w.changes.empty() && w.changes.back().count == 0) w.object = nullptr;
  }
}

void Recorder::bind(size_t order, Object* p, Place at) {
  Watched& w = watched_[order];
  if (w.address || !p) return;
  waiting_--;
  w.object = p;
  w.address = p;
  w.type = type_plain_name(type_of(p));
  w.found_at = at;
  size_t oldest = recent_next_ > kRecent ? recent_next_ - kRecent : 0;
  for (size_t i = recent_next_; i > oldest && !w.from_creation; i--) {
    const RecentChange& r = recent_[(i - 1) % kRecent];
    if (r.object != p) continue;
    w.changes.push_back(r.change);
    w.from_creation = r.change.count == 1 && r.change.change == 1;
  }
  std::reverse(w.changes.begin(), w.changes.end());
  w.changes_before = w.changes.size();
}

void Recorder::evaluate(size_t order, InterpreterFrame* frame, Place at) {
  Watched& w = watched_[order];
  ThreadState* t = current_thread();
  ErrorState pending = error_fetch();
  off_ = true;
  t->tracing++;
  Ref<Object> value = step::evaluate_in(frame, w.order.expression.c_str(), "<watch>");
  if (!value) {
    Ref<Object> exception = error_take();
    w.error = format_exception_only(exception.get());
    while (!w.error.empty() && w.error.back() == '\n') w.error.pop_back();
    waiting_--;
    w.order.line = -1;  // not again
  }
  Object* p = value.get();
  value.reset();
  if (p) bind(order, p->refcount > 0 ? p : nullptr, at);
  t->tracing--;
  t->use_tracing = tracing_wanted(t);
  off_ = false;
  error_restore_state(std::move(pending));
}

// ---- The listener -------------------------------------------------------------------------------------------------

void Recorder::before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) {
  if (off_) return;
  Place before = last_;
  PlaceListener::before_instruction(t, frame, pc, sp);
  const auto [facts, unit] = last_;
  bool new_line = before.code != facts || position_of(before).line != position_of(last_).line;
  steps_++;
  if (!waiting_ || !facts->program) return;
  const Targets& targets = targets_of(frame->code, facts);
  for (const Targets::Binding& b : targets.bindings) {
    if (b.at_entry) {
      if (unit != frame->code->first_traceable) continue;
      Object* value = frame->localsplus[b.unit];
      if (value && type_of(value) == &cell_type && (frame->code->localspluskinds->data[b.unit] & kLocalCell)) {
        value = cast<Cell>(value)->value;
      }
      bind(b.order, value, last_);
    } else if (b.unit == unit) {
      bind(b.order, sp[-1], last_);
    }
  }
  if (!new_line) return;
  for (size_t order : targets.line_orders) {
    Watched& w = watched_[order];
    if (!w.address && w.order.line == position_of(last_).line) {
      evaluate(order, frame, last_);
    }
  }
}

void Recorder::frame_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value) {
  if (!off_) PlaceListener::frame_left(t, frame, how, value);
}

}  // namespace minipy::refs
