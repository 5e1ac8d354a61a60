#include "cli/step_session.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/function.h"

namespace minipy {

using namespace step;

// ---- The program
// -----------------------------------------------------------------------------------------------------

void StepSession::program_ended() {
  running_ = false;
  ended_ = true;
  reason_ = "program " + process_.end_text();
  if (reader_.end_step() > 0) reader_.go_to(reader_.end_step() - 1);
}

bool StepSession::target_spoke() {
  char c = unwatched_ ? 0 : process_.receive();
  if (c == 0) {
    unwatched_ = true;
    if (!process_.ended(false)) return false;
    program_ended();
    return true;
  }
  if (c != 's') return false;
  running_ = false;
  reader_.go_to(reader_.end_step() - 1);
  reason_.clear();
  if (shared_->stopped == Stopped::kBreakpoint) reason_ = fmt::format("breakpoint {}", shared_->stopped_number);
  if (shared_->stopped == Stopped::kWatch) {
    for (const Watch& w : shared_->orders.watches) {
      if (w.kind && w.number == shared_->stopped_number) {
        reason_ = fmt::format("watch {}: {}{}", w.number, w.kind == Watch::kCount ? "refs " : "", w.name);
      }
    }
  }
  return true;
}

bool StepSession::wait() {
  while (running_) {
    if (!waiter_()) return false;
    target_spoke();
  }
  return true;
}

// ---- Facts and orders
// ------------------------------------------------------------------------------------------------

Facts StepSession::facts() const {
  const FrameState& f = reader_.frame();
  const InstructionText& i = reader_.instruction();
  return {reader_.thread(),
          static_cast<uint32_t>(reader_.frames().size()),
          f.code,
          f.number,
          f.unit,
          i.line,
          i.opcode,
          reader_.code().starts_line(f.unit),
          reader_.code().file};
}

Orders StepSession::order(Run run) const {
  Orders o = shared_->orders;
  Facts f = facts();
  o.run = run;
  o.thread = f.thread;
  o.depth = f.depth;
  o.frame = f.frame;
  o.code = f.code;
  o.line = static_cast<uint32_t>(f.line);
  o.unit = static_cast<uint32_t>(f.unit);
  o.count = 1;
  o.into_library = 0;
  o.file[0] = '\0';
  return o;
}

std::string StepSession::stop_here(bool backwards) {
  Facts f = facts();
  std::string hit;
  for (const Watch& w : shared_->orders.watches) {
    if (!w.kind) continue;
    const CodeText& code = reader_.code();
    bool there = !reader_.frame().names.empty() ||
                 std::find(code.variables.begin(), code.variables.end(), w.name) != code.variables.end();
    if (!there) continue;
    ObjectNumber n = reader_.variable(reader_.frame(), w.name);
    const ObjectState* o = reader_.object(n);
    Seen now{true, f.frame, ""};
    if (o) now.value = w.kind == Watch::kCount ? std::to_string(o->count) : reader_.repr(n);
    Seen& before = seen_[w.number];
    if (before.known && before.frame == now.frame && before.value != now.value && hit.empty()) {
      hit = fmt::format("watch {}: {}{}", w.number, w.kind == Watch::kCount ? "refs " : "", w.name);
    }
    before = now;
  }
  if (!hit.empty()) return hit;
  for (const Breakpoint& b : shared_->orders.breakpoints) {
    if (!b.kind || !b.enabled) continue;
    const CodeText& c = reader_.code();
    if (!breakpoint_concerns(b, c.file, c.name, c.qualified_name)) continue;
    if (!breakpoint_applies(b, f, c.first_traceable)) continue;
    if (b.condition[0]) {
      // A condition was evaluated when the program was here; the record knows where it held.
      auto at = reader_.breakpoint_hits().find(reader_.step());
      if (at == reader_.breakpoint_hits().end() || at->second != b.number) {
        // The event follows the step: one further shows it.
        uint64_t here = reader_.step();
        bool known = false;
        if (!backwards && here + 1 < reader_.end_step()) {
          reader_.go_to(here + 1);
          at = reader_.breakpoint_hits().find(here);
          known = at != reader_.breakpoint_hits().end() && at->second == b.number;
          reader_.go_to(here);
        }
        if (!known) continue;
      }
    }
    return fmt::format("breakpoint {}", b.number);
  }
  return "";
}

// ---- Moving
// ----------------------------------------------------------------------------------------------------------

void StepSession::forward(Orders o) {
  moved_ = true;
  reason_.clear();
  uint64_t count = o.count;
  seen_.clear();
  if (!at_live_edge()) (void)stop_here(false);  // what watches compare with
  while (!at_live_edge()) {
    reader_.next();
    reason_ = stop_here(false);
    if (!reason_.empty()) return;
    if (o.run == Run::kSteps ? --count == 0 : order_fulfilled(o, facts())) return;
  }
  if (ended_) {
    reason_ = "the program has ended: " + process_.end_text();
    return;
  }
  o.count = count;
  shared_->orders = o;
  running_ = true;
  process_.send('g');
}

void StepSession::backward(const Orders& o, bool stops_only) {
  moved_ = true;
  reason_.clear();
  uint64_t from = reader_.step(), first = reader_.first_step();
  if (from <= first) {
    reason_ = first == 0 ? "this is the first step" : "this is the oldest step that is kept";
    return;
  }
  if (o.run == Run::kSteps) {
    uint64_t back = std::min(o.count, from - first);
    reader_.go_to(from - back);
    return;
  }
  // Piece by piece, each read forwards: the last step in it that fulfils the order is the one.
  constexpr uint64_t kPiece = kStepsPerChunk;
  uint64_t end = from;
  while (end > first) {
    uint64_t begin = end - first > kPiece ? end - kPiece : first;
    uint64_t found = ~uint64_t{0};
    std::string found_reason;
    seen_.clear();
    // One step earlier, so that watches know what was before the piece.
    reader_.go_to(begin > first ? begin - 1 : begin);
    if (begin > first) (void)stop_here(true);
    for (uint64_t s = begin; s < end; s++) {
      if (!reader_.go_to(s)) break;
      std::string stop = stop_here(true);
      // Where a condition held is told behind the step.
      if (!stop.empty()) {
        found = s;
        found_reason = stop;
      } else if (!stops_only && order_fulfilled(o, facts())) {
        found = s;
        found_reason.clear();
      }
    }
    for (auto hit = reader_.breakpoint_hits().lower_bound(begin);
         hit != reader_.breakpoint_hits().end() && hit->first < end; ++hit) {
      bool there = false;
      for (const Breakpoint& b : shared_->orders.breakpoints) {
        there |= b.kind && b.enabled && b.condition[0] && b.number == hit->second;
      }
      if (there && (found == ~uint64_t{0} || hit->first > found)) {
        found = hit->first;
        found_reason = fmt::format("breakpoint {}", hit->second);
      }
    }
    if (found != ~uint64_t{0}) {
      reader_.go_to(found);
      reason_ = found_reason;
      return;
    }
    end = begin;
  }
  reader_.go_to(first);
  reason_ = first == 0 ? "the first step" : "the oldest step that is kept";
}

std::string StepSession::find(const std::string& text, bool backwards) {
  auto matches = [&] {
    const InstructionText& i = reader_.instruction();
    if (instruction_text(i).find(text) != std::string::npos) return true;
    const FrameState& f = reader_.frame();
    for (size_t k = reader_.stack_base(f); k < f.slots.size(); k++) {
      if (reader_.repr(f.slots[k]).find(text) != std::string::npos) return true;
    }
    return false;
  };
  uint64_t here = reader_.step(), first = reader_.first_step(), last = reader_.end_step();
  reason_.clear();
  if (!backwards) {
    for (uint64_t s = here + 1; s < last && reader_.go_to(s); s++) {
      if (matches()) {
        moved_ = true;
        return "";
      }
    }
  } else {
    for (uint64_t end = here; end > first;) {
      uint64_t begin = end - first > kStepsPerChunk ? end - kStepsPerChunk : first, found = ~uint64_t{0};
      for (uint64_t s = begin; s < end && reader_.go_to(s); s++) {
        if (matches()) found = s;
      }
      if (found != ~uint64_t{0}) {
        reader_.go_to(found);
        moved_ = true;
        return "";
      }
      end = begin;
    }
  }
  reader_.go_to(here);
  return "'" + text + "' is not in the record " + (backwards ? "before" : "behind") + " this step";
}

std::string StepSession::evaluate(const std::string& expression) {
  if (ended_) return "the program has ended: nothing can be evaluated any more";
  if (!at_live_edge())
    return "only where the program is now (`live` goes there): the record holds what was, not a program";
  if (expression.size() >= kExpressionSize) return "the expression is too long";
  expression.copy(shared_->expression, expression.size());
  shared_->expression[expression.size()] = '\0';
  process_.send('e');
  for (char c = 0; c != 'a';) {
    if (!waiter_()) return "";
    c = unwatched_ ? 0 : process_.receive();
    if (c != 0) continue;
    unwatched_ = true;
    if (!process_.ended(false)) continue;
    program_ended();
    return "the program has ended: " + process_.end_text();
  }
  std::string answer = shared_->answer;
  while (!answer.empty() && answer.back() == '\n') answer.pop_back();
  return answer;
}

// ---- Breakpoints and watches
// -----------------------------------------------------------------------------------------

namespace {

bool all_digits(const std::string& s) { return !s.empty() && s.find_first_not_of("0123456789") == std::string::npos; }

bool put(char (&to)[kTextSize], const std::string& text) {
  if (text.size() >= kTextSize) return false;
  text.copy(to, text.size());
  to[text.size()] = '\0';
  return true;
}

}  // namespace

const CodeText* StepSession::code_named(const std::string& name) const {
  for (size_t i = reader_.code_count(); i > 0; i--) {
    const CodeText& c = reader_.code(static_cast<uint32_t>(i));
    if (c.qualified_name == name || c.name == name) return &c;
  }
  return nullptr;
}

std::string StepSession::add_breakpoint(const std::string& text) {
  std::string where = text, condition;
  if (size_t at = text.find(" if "); at != std::string::npos) {
    where = text.substr(0, at);
    condition = text.substr(at + 4);
  }
  while (!where.empty() && where.back() == ' ') where.pop_back();
  if (where.empty()) return list_stops();
  Breakpoint b{};
  size_t colon = where.rfind(':'), at = where.rfind('@');
  if (all_digits(where)) {
    b.kind = Breakpoint::kAtLine;
    b.line = std::atoi(where.c_str());
    put(b.where, has_position() ? reader_.code().file : "");
  } else if (colon != std::string::npos && all_digits(where.substr(colon + 1))) {
    b.kind = Breakpoint::kAtLine;
    b.line = std::atoi(where.c_str() + colon + 1);
    if (!put(b.where, where.substr(0, colon))) return "that name is too long";
  } else if (at != std::string::npos && all_digits(where.substr(at + 1))) {
    b.kind = Breakpoint::kAtUnit;
    b.line = std::atoi(where.c_str() + at + 1) / 2;
    std::string function = where.substr(0, at);
    if (function.empty() && has_position()) function = reader_.code().qualified_name;
    if (!put(b.where, function)) return "that name is too long";
  } else {
    b.kind = Breakpoint::kAtFunction;
    if (!put(b.where, where)) return "that name is too long";
  }
  if (!put(b.condition, condition)) return "that condition is too long";
  b.number = next_number_++;
  b.enabled = 1;
  for (Breakpoint& place : shared_->orders.breakpoints) {
    if (place.kind) continue;
    place = b;
    shared_->orders.version++;
    return fmt::format("breakpoint {} at {}{}", b.number, where, condition.empty() ? "" : " if " + condition);
  }
  return "there are too many breakpoints";
}

std::string StepSession::add_watch(const std::string& text) {
  Watch w{};
  std::string name = text;
  w.kind = Watch::kVariable;
  if (name.starts_with("refs ")) {
    w.kind = Watch::kCount;
    name = name.substr(5);
  }
  if (name.empty()) return list_stops();
  if (!put(w.name, name)) return "that name is too long";
  w.number = next_number_++;
  for (Watch& place : shared_->orders.watches) {
    if (place.kind) continue;
    place = w;
    shared_->orders.version++;
    return fmt::format("watch {}: {}{}", w.number, w.kind == Watch::kCount ? "refs " : "", name);
  }
  return "there are too many watches";
}

std::string StepSession::list_stops() const {
  std::string text;
  for (const Breakpoint& b : shared_->orders.breakpoints) {
    if (!b.kind) continue;
    std::string where = b.kind == Breakpoint::kAtLine   ? fmt::format("{}:{}", b.where, b.line)
                        : b.kind == Breakpoint::kAtUnit ? fmt::format("{}@{}", b.where, b.line * 2)
                                                        : std::string(b.where);
    text += fmt::format("{:3}  breakpoint  {}{}{}\n", b.number, where, b.condition[0] ? " if " : "", b.condition);
  }
  for (const Watch& w : shared_->orders.watches) {
    if (!w.kind) continue;
    text += fmt::format("{:3}  watch       {}{}\n", w.number, w.kind == Watch::kCount ? "refs " : "", w.name);
  }
  return text.empty() ? "no breakpoints, no watches" : text.substr(0, text.size() - 1);
}

std::string StepSession::remove_stop(const std::string& number) {
  uint32_t wanted = static_cast<uint32_t>(std::atoi(number.c_str()));
  bool all = number.empty(), found = false;
  for (Breakpoint& b : shared_->orders.breakpoints) {
    if (!b.kind || (!all && b.number != wanted)) continue;
    b.kind = Breakpoint::kNone;
    found = true;
  }
  for (Watch& w : shared_->orders.watches) {
    if (!w.kind || (!all && w.number != wanted)) continue;
    w.kind = Watch::kNone;
    found = true;
  }
  shared_->orders.version++;
  return found ? "deleted" : "there is no breakpoint or watch " + number;
}

}  // namespace minipy
