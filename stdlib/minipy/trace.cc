#include "stdlib/minipy/trace.h"

#include <pthread.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <unordered_map>

#include "gc/memory.h"
#include "runtime/str_intern.h"
#include "stdlib/minipy/run_recorder.h"
#include "vm/gil.h"

namespace minipy {

int64_t trace_clock() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

// ---- Options -------------------------------------------------------------------------------------------------------

namespace {

constexpr struct {
  std::string_view name;
  unsigned kinds;
} kKinds[] = {
    {"gc", kTraceGc},
    {"gc.details", kTraceGc | kTraceGcDetails},
    {"memory", kTraceMemory},
    {"intern", kTraceIntern},
    {"gil", kTraceGil},
    {"calls", kTraceCalls},
    {"exceptions", kTraceExceptions},
    {"specialise", kTraceSpecialise},
    {"instructions", kTraceInstructions},
    // What a picture or a reader can still take in.
    {"all", kTraceGc | kTraceMemory | kTraceIntern | kTraceGil | kTraceCalls | kTraceExceptions | kTraceSpecialise}};

std::string known_kinds() {
  std::string text;
  for (const auto& k : kKinds) text += (text.empty() ? "" : ", ") + std::string(k.name);
  return text;
}

}  // namespace

bool parse_trace_kinds(std::string_view text, unsigned& kinds, std::string& error) {
  kinds = 0;
  while (true) {
    size_t comma = text.find(',');
    std::string_view name = text.substr(0, comma);
    unsigned found = 0;
    for (const auto& k : kKinds) {
      if (k.name == name) found = k.kinds;
    }
    if (!found) {
      error = name.empty() ? "a kind of event is missing" : "no kind of event is called '" + std::string(name) + "'";
      error += "; there are: " + known_kinds();
      return false;
    }
    kinds |= found;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool parse_trace_option(std::string_view text, TraceOptions& out, std::string& error) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) {
    error = "KINDS:FILE is wanted, as in gc,intern:trace.jsonl (- is standard error)";
    return false;
  }
  if (!parse_trace_kinds(text.substr(0, colon), out.kinds, error)) return false;
  out.path = text.substr(colon + 1);
  return true;
}

// ---- Listening -----------------------------------------------------------------------------------------------------

struct Trace::Listeners {
  explicit Listeners(Trace& trace);
  ~Listeners() { stop(); }
  void stop();
  RunRecorder run_;

 private:
  static void allocated(void* self, memory::Domain domain, void* p, size_t size);
  static void freed(void* self, memory::Domain domain, void* p);
  static void interned(void* self, Str* s) { static_cast<Listeners*>(self)->intern_event(s, true); }
  static void forgotten(void* self, Str* s) { static_cast<Listeners*>(self)->intern_event(s, false); }
  static void found(void* self, Str* s) {
    const InternListener* before = static_cast<Listeners*>(self)->intern_before_;
    if (before) before->found(before->context, s);
  }
  static void gil_taken(void* self, ThreadState* t, int64_t waited);
  static void gil_given_up(void* self, ThreadState* t, bool forced);
  void intern_event(Str* s, bool entered);

  bool listening_ = true;
  Trace& trace_;
  EventWriter& writer_;
  GcRecorder gc_;
  memory::Listener memory_;
  const memory::Listener* memory_before_ = nullptr;
  InternListener intern_;
  const InternListener* intern_before_ = nullptr;
  GilListener gil_;
  const GilListener* gil_before_ = nullptr;
  std::unordered_map<void*, size_t> sizes_;
  ssize in_use_ = 0;
};

Trace::Listeners::Listeners(Trace& trace)
    : run_({.calls = (trace.kinds_ & kTraceCalls) != 0,
            .exceptions = (trace.kinds_ & kTraceExceptions) != 0,
            .forms = (trace.kinds_ & kTraceSpecialise) != 0,
            .instructions = (trace.kinds_ & kTraceInstructions) != 0},
           *trace.writer_),
      trace_(trace),
      writer_(*trace.writer_),
      gc_({.details = (trace.kinds_ & kTraceGcDetails) != 0, .graph = (trace.kinds_ & kTraceGcDetails) != 0},
          [this](const GcRecord& record) { writer_.gc(record); }),
      memory_{allocated, freed, this},
      intern_{interned, forgotten, found, this},
      gil_{gil_taken, gil_given_up, this} {
  if (trace.kinds_ & kTraceGc) gc_.start();
  if (trace.kinds_ & kTraceMemory) memory_before_ = memory::set_listener(&memory_);
  if (trace.kinds_ & kTraceIntern) intern_before_ = std::exchange(g_intern_listener, &intern_);
  if (trace.kinds_ & kTraceGil) gil_before_ = std::exchange(g_gil_listener, &gil_);
}

// Who came later stops earlier: traces are a stack.
void Trace::Listeners::stop() {
  if (!std::exchange(listening_, false)) return;
  gc_.stop();
  run_.stop();
  if (trace_.kinds_ & kTraceMemory) memory::set_listener(memory_before_);
  if (trace_.kinds_ & kTraceIntern) g_intern_listener = intern_before_;
  if (trace_.kinds_ & kTraceGil) g_gil_listener = gil_before_;
}

// The raw domain is used without the GIL and left out.
void Trace::Listeners::allocated(void* context, memory::Domain domain, void* p, size_t size) {
  Listeners* self = static_cast<Listeners*>(context);
  if (self->memory_before_) self->memory_before_->allocated(self->memory_before_->context, domain, p, size);
  if (domain == memory::Domain::kRaw || !p) return;
  self->sizes_[p] = size;
  self->in_use_ += static_cast<ssize>(size);
  self->writer_.memory({trace_clock(), true, domain == memory::Domain::kObject, p, size, self->in_use_});
}
void Trace::Listeners::freed(void* context, memory::Domain domain, void* p) {
  Listeners* self = static_cast<Listeners*>(context);
  if (self->memory_before_) self->memory_before_->freed(self->memory_before_->context, domain, p);
  if (domain == memory::Domain::kRaw) return;
  size_t size = 0;
  if (auto found = self->sizes_.find(p); found != self->sizes_.end()) {
    size = found->second;
    self->sizes_.erase(found);
  }
  self->in_use_ -= static_cast<ssize>(size);
  self->writer_.memory({trace_clock(), false, domain == memory::Domain::kObject, p, size, self->in_use_});
}

void Trace::Listeners::intern_event(Str* s, bool entered) {
  if (const InternListener* before = intern_before_) {
    (entered ? before->interned : before->forgotten)(before->context, s);
  }
  writer_.intern({trace_clock(), entered, s, str_interned_count()});
}

void Trace::Listeners::gil_taken(void* context, ThreadState* t, int64_t waited) {
  Listeners* self = static_cast<Listeners*>(context);
  if (self->gil_before_) self->gil_before_->taken(self->gil_before_->context, t, waited);
  self->writer_.gil({trace_clock(), t->native_thread_id, GilEvent::What::kTaken, false, waited});
}
void Trace::Listeners::gil_given_up(void* context, ThreadState* t, bool forced) {
  Listeners* self = static_cast<Listeners*>(context);
  if (self->gil_before_) self->gil_before_->given_up(self->gil_before_->context, t, forced);
  self->writer_.gil({trace_clock(), t->native_thread_id, GilEvent::What::kGivenUp, forced, 0});
}

// ---- A trace -------------------------------------------------------------------------------------------------------

namespace {

std::vector<Trace*>& live_traces() {
  static std::vector<Trace*> traces;
  return traces;
}

}  // namespace

Trace::Trace(unsigned kinds) : kinds_(kinds), begin_(trace_clock()) {
  static const int registered = pthread_atfork(nullptr, nullptr, after_fork_in_child);
  (void)registered;
  live_traces().push_back(this);
}
Trace::~Trace() {
  std::string error;
  stop(error);
  std::erase(live_traces(), this);
}

// The file is the parent's (output_sink.h): the child runs at full speed.
void Trace::after_fork_in_child() {
  for (Trace* trace : live_traces()) {
    if (trace->listeners_ && !trace->sink_->is_memory()) trace->listeners_->run_.abandon();
  }
}

void finish_traces() {
  std::string error;
  for (Trace* trace : live_traces()) trace->stop(error);
}

void Trace::listen() { listeners_ = std::make_unique<Listeners>(*this); }

std::unique_ptr<Trace> Trace::start(const TraceOptions& options, std::string& error) {
  std::unique_ptr<Trace> trace(new Trace(options.kinds));
  // Rare events are written soon, so that they survive whatever comes.
  FlushPolicy policy = options.kinds & (kTraceMemory | kTraceIntern) ? FlushPolicy::kBatched : FlushPolicy::kTimely;
  if (options.path == "-") {
    trace->sink_ = OutputSink::to_descriptor(STDERR_FILENO, policy);
  } else {
    trace->sink_ = OutputSink::open_file(options.path, policy, error);
    if (!trace->sink_) return nullptr;
  }
  trace->writer_ = event_writer_for(options.path, options.kinds, trace->begin_, *trace->sink_, error);
  if (!trace->writer_) return nullptr;
  trace->listen();
  return trace;
}

void Trace::start_run() {
  if (listeners_ && (kinds_ & kTraceRun)) listeners_->run_.start();
}

std::unique_ptr<Trace> Trace::start_in_memory(unsigned kinds) {
  std::unique_ptr<Trace> trace(new Trace(kinds));
  trace->sink_ = OutputSink::to_memory();
  trace->writer_ = event_writer_json_lines(*trace->sink_, trace->begin_);
  trace->listen();
  trace->start_run();
  return trace;
}

bool Trace::stop(std::string& error) {
  if (listeners_) {
    listeners_->stop();
    writer_->finish();  // what the recorder has told of still exists
    listeners_ = nullptr;
  }
  if (!sink_ || sink_->close()) return true;
  error = sink_->error();
  return false;
}

// ---- -X minipy.trace -----------------------------------------------------------------------------------------------

namespace {

std::vector<std::unique_ptr<Trace>>& option_traces() {
  static std::vector<std::unique_ptr<Trace>> traces;
  return traces;
}

}  // namespace

bool start_option_traces(const std::vector<std::string>& xoptions) {
  constexpr std::string_view kName = "minipy.trace";
  for (const std::string& option : xoptions) {
    if (option.substr(0, option.find('=')) != kName) continue;
    TraceOptions parsed;
    std::string error;
    std::string_view value = option.size() > kName.size() ? std::string_view(option).substr(kName.size() + 1) : "";
    std::unique_ptr<Trace> trace;
    if (parse_trace_option(value, parsed, error)) trace = Trace::start(parsed, error);
    if (!trace) {
      std::fprintf(stderr, "minipy: -X %s: %s\n", option.c_str(), error.c_str());
      option_traces().clear();
      return false;
    }
    option_traces().push_back(std::move(trace));
  }
  return true;
}

void start_option_traces_of_run() {
  for (auto& trace : option_traces()) trace->start_run();
}

void stop_option_traces() {
  while (!option_traces().empty()) {
    std::string error;
    if (!option_traces().back()->stop(error))
      std::fprintf(stderr, "minipy: the trace is incomplete: %s\n", error.c_str());
    option_traces().pop_back();
  }
}

}  // namespace minipy
