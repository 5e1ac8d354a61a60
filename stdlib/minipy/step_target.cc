#include "stdlib/minipy/step_target.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "compiler/compile.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/minipy/evaluate.h"
#include "stdlib/minipy/safe_text.h"
#include "stdlib/minipy/step_rules.h"
#include "stdlib/sys/print_exception.h"
#include "vm/vm.h"
#include "vm/vm_opcodes.h"

namespace minipy::step {

namespace {

Target* installed = nullptr;
ThreadState* (*release_gil)() = nullptr;
Shared* ordered_output = nullptr;

void pause_shortly() {
  timespec t{0, 50000};
  nanosleep(&t, nullptr);
}

// A blocking call is about to be made, output being one of them: what happened before is shown before.
ThreadState* release_gil_in_order() {
  if (ordered_output) {
    uint64_t steps = ordered_output->steps.load(std::memory_order_relaxed);
    while (ordered_output && ordered_output->steps_read.load(std::memory_order_acquire) < steps) {
      if (ordered_output->reader_gone.load(std::memory_order_relaxed)) break;
      pause_shortly();
    }
  }
  return release_gil();
}

}  // namespace

void Target::install() {
  // The names that texts need, before anything is counted.
  (void)NAME("__module__"), (void)NAME("__name__"), (void)NAME("__file__"), (void)NAME("__spec__");
  installed = this;
  static bool registered = false;
  if (!registered) pthread_atfork(nullptr, nullptr, after_fork_in_child);
  registered = true;
  if (shared_->in_order) {
    ordered_output = shared_;
    if (!release_gil) release_gil = g_gil_release_hook;
    g_gil_release_hook = release_gil_in_order;
  }
  vm_add_step_listener(this);
}

void Target::uninstall() {
  if (installed != this) return;
  installed = nullptr;
  ordered_output = nullptr;
  if (release_gil) g_gil_release_hook = release_gil;
  vm_remove_step_listener(this);
}

void Target::after_fork_in_child() {
  if (!installed) return;
  Target* t = installed;
  t->off_ = true;
  if (t->socket_ >= 0) close(t->socket_);
  t->uninstall();
}

void Target::give_up() {
  off_ = true;
  uninstall();
}

bool Target::wait_for_reader() {
  if (shared_->reader_gone.load(std::memory_order_relaxed)) {
    shared_->lossless = 0;
    return true;
  }
  pause_shortly();
  return true;
}

void Target::stop(ThreadShadow& thread, FrameShadow& frame, Stopped why, uint32_t number) {
  shared_->stopped = why;
  shared_->stopped_number = number;
  auto say = [this](char c) {
    while (send(socket_, &c, 1, MSG_NOSIGNAL) < 0) {
      if (errno != EINTR) return false;
    }
    return true;
  };
  if (!say('s')) return give_up();
  while (true) {
    char order;
    ssize n = read(socket_, &order, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || order == 'd') return give_up();
    if (order == 'g') break;
    if (order == 'e') {
      std::string answer;
      bool failed = false;
      evaluate(frame, shared_->expression, &answer, &failed);
      size_t size = std::min(answer.size(), kAnswerSize - 1);
      answer.copy(shared_->answer, size);
      shared_->answer[size] = '\0';
      shared_->answer_is_error = failed;
      if (!say('a')) return give_up();
    }
  }
  steps_done_ = 0;
  const Orders& o = shared_->orders;
  if (o.into_library) {
    into_thread_ = thread.number;
    into_depth_ = static_cast<uint32_t>(thread.frames.size());
  }
}

uint32_t Target::breakpoint_hit(FrameShadow& frame, const Facts& facts) {
  const Orders& o = shared_->orders;
  CodeShadow* code = frame.code;
  if (code->orders_version != o.version) {
    code->orders_version = o.version;
    code->breakpoints = 0;
    for (int i = 0; i < kMaxBreakpoints; i++) {
      if (breakpoint_concerns(o.breakpoints[i], code->file, code->name, code->qualified_name)) {
        code->breakpoints |= uint64_t{1} << i;
      }
    }
  }
  for (uint64_t left = code->breakpoints; left; left &= left - 1) {
    const Breakpoint& b = o.breakpoints[__builtin_ctzll(left)];
    if (!b.enabled || !breakpoint_applies(b, facts, frame.frame->code->first_traceable)) continue;
    if (b.condition[0]) {
      bool failed = false;
      // An error in the condition stops, too: the user should know.
      if (!evaluate(frame, b.condition, nullptr, &failed) && !failed) continue;
    }
    return b.number;
  }
  return 0;
}

uint32_t Target::watch_hit(FrameShadow& frame) {
  const Orders& o = shared_->orders;
  if (watched_version_ != o.version) {
    watched_version_ = o.version;
    for (Watched& w : watched_) w = {};
  }
  uint32_t hit = 0;
  for (int i = 0; i < kMaxWatches; i++) {
    const Watch& w = o.watches[i];
    if (w.kind == Watch::kNone) continue;
    if (!has_variable(frame, w.name)) continue;
    const Entry* e = variable(frame, w.name);
    Watched now{frame.number, e ? e->object : nullptr, e ? e->digest : 0, e ? e->count : 0, true};
    Watched& before = watched_[i];
    bool changed = w.kind == Watch::kCount ? before.count != now.count
                                           : before.object != now.object || before.digest != now.digest;
    if (before.known && before.frame == now.frame && changed && !hit) hit = w.number;
    before = now;
  }
  return hit;
}

void Target::recorded(ThreadShadow& thread, FrameShadow& frame, int unit) {
  if (!shared_->controlled) return;
  const Orders& o = shared_->orders;
  if (!started_) {
    started_ = true;
    return stop(thread, frame, Stopped::kStart, 0);
  }
  CodeShadow* code = frame.code;
  Facts facts{thread.number,
              static_cast<uint32_t>(thread.frames.size()),
              code->number,
              frame.number,
              unit,
              code->lines[static_cast<size_t>(unit)],
              kGeneralForm[frame.frame->code->runtime->code[unit] & 0xff],
              code->line_start[static_cast<size_t>(unit)],
              code->file};
  if (uint32_t number = watch_hit(frame)) return stop(thread, frame, Stopped::kWatch, number);
  bool fulfilled = o.run == Run::kSteps ? ++steps_done_ >= o.count : order_fulfilled(o, facts);
  if (uint32_t number = breakpoint_hit(frame, facts)) {
    put_breakpoint(number);
    return stop(thread, frame, Stopped::kBreakpoint, number);
  }
  if (shared_->pause.load(std::memory_order_relaxed) && shared_->pause.exchange(0)) fulfilled = true;
  if (fulfilled) stop(thread, frame, Stopped::kOrder, 0);
}

// ---- Expressions ---------------------------------------------------------------------------------------------------

bool Target::evaluate(FrameShadow& frame, const char* expression, std::string* answer, bool* failed) {
  ThreadState* t = current_thread();
  ErrorState pending = error_fetch();
  off_ = true;
  t->tracing++;
  bool truth = false;
  {
    Ref<Object> value = evaluate_in(frame.frame, expression, "<stepper>");
    if (value && answer) {
      Ref<Object> text = object_repr(value.get());
      if (text) append_str(*answer, cast<Str>(text.get()), kAnswerSize);
      truth = static_cast<bool>(text);
    } else if (value) {
      Maybe<bool> held = object_is_true(value.get());
      truth = held && *held;
    }
    *failed = error_pending();
    if (error_pending()) {
      Ref<Object> exception = error_take();
      if (answer) *answer = format_exception_only(exception.get());
    }
  }
  t->tracing--;
  t->use_tracing = tracing_wanted(t);
  off_ = false;
  error_restore_state(std::move(pending));
  return truth;
}

}  // namespace minipy::step
