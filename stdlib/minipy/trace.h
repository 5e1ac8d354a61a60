// Recording events of any kind into a file or memory: -X minipy.trace=KINDS:FILE, and minipy.events() of the Python
// package.
//
// A Trace listens where the events happen and writes each at once through an EventWriter. It makes no Python object,
// runs no code of the program, and costs nothing while there is none, but for a test of a pointer where memory is
// allocated, a string interned, the GIL taken. What the VM does is told by its instrumented loop.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stdlib/minipy/gc_recorder.h"
#include "stdlib/minipy/output_sink.h"
#include "stdlib/minipy/run_events.h"

namespace minipy {

struct Str;

enum TraceKind : unsigned {
  kTraceGc = 1,         // collections
  kTraceGcDetails = 2,  // and what they found, step by step ("gc.details")
  kTraceMemory = 4,     // blocks allocated and freed under the GIL
  kTraceIntern = 8,     // strings entering and leaving the intern table
  kTraceGil = 16,       // threads taking and giving up the GIL
  // What the VM does, from when the program begins (run_events.h):
  kTraceCalls = 32,          // functions called, returning, yielding, resumed, left by exceptions
  kTraceExceptions = 64,     // exceptions raised, caught, handled, leaving functions
  kTraceSpecialise = 128,    // instructions taking and losing specialised forms
  kTraceInstructions = 256,  // every instruction
  kTraceRun = kTraceCalls | kTraceExceptions | kTraceSpecialise | kTraceInstructions,
};

// What the writers get beside GcRecord. Times are nanoseconds of the monotonic clock.
struct MemoryEvent {
  int64_t time;
  bool allocated;  // else freed
  bool object;     // domain: object, else mem
  const void* address;
  size_t size;   // of an allocation
  ssize in_use;  // bytes that were allocated since the trace began and are not yet freed
};
struct InternEvent {
  int64_t time;
  bool interned;  // else forgotten
  const Str* string;
  size_t count;  // strings in the table
};
struct GilEvent {
  int64_t time;
  unsigned long thread;
  enum class What : unsigned char { kTaken, kGivenUp } what;
  bool forced;     // given up because another thread asked
  int64_t waited;  // taken: nanoseconds
};

class EventWriter : public RunConsumer {
 public:
  virtual void gc(const GcRecord&) {}
  virtual void memory(const MemoryEvent&) {}
  virtual void intern(const InternEvent&) {}
  virtual void gil(const GilEvent&) {}
  virtual void finish() {}
};

// By the file's ending: .jsonl, .json (Trace Event format), .txt, .dot and .html (gc only), .collapsed, .folded and
// .speedscope.json (calls only). "-" is text on standard error. Null: `error` says why.
std::unique_ptr<EventWriter> event_writer_for(const std::string& path, unsigned kinds, int64_t begin, OutputSink& sink,
                                              std::string& error);
std::unique_ptr<EventWriter> event_writer_json_lines(OutputSink& sink, int64_t begin);
// Profiles: the time spent in each stack of calls, as lines "a;b;c nanoseconds", or as speedscope's JSON.
std::unique_ptr<EventWriter> collapsed_writer(OutputSink& sink);
std::unique_ptr<EventWriter> speedscope_writer(OutputSink& sink, int64_t begin);

struct TraceOptions {
  unsigned kinds = 0;
  std::string path;
};
// "gc,memory:FILE". False: `error` says what is wrong with it.
bool parse_trace_kinds(std::string_view text, unsigned& kinds, std::string& error);
bool parse_trace_option(std::string_view text, TraceOptions& out, std::string& error);

class Trace {
 public:
  // Opens the file and begins to listen, but for what the VM does. Null: `error` says why.
  static std::unique_ptr<Trace> start(const TraceOptions& options, std::string& error);
  // JSON lines in memory; of the VM, too.
  static std::unique_ptr<Trace> start_in_memory(unsigned kinds);
  ~Trace();  // stops
  // Begins to listen to what the VM does.
  void start_run();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  // Stops listening, writes the end and closes. False: writing failed; `error` says why. Harmless when called again.
  bool stop(std::string& error);
  const std::string& text() const { return sink_->text(); }  // of a trace in memory

 private:
  explicit Trace(unsigned kinds);
  void listen();
  static void after_fork_in_child();
  struct Listeners;

  unsigned kinds_;
  int64_t begin_;
  std::unique_ptr<OutputSink> sink_;
  std::unique_ptr<EventWriter> writer_;
  std::unique_ptr<Listeners> listeners_;
};

// The traces of -X minipy.trace options, from the start of the interpreter to its end; what the VM does, from the start
// of the program. False: a message was printed.
bool start_option_traces(const std::vector<std::string>& xoptions);
void start_option_traces_of_run();
void stop_option_traces();
// Before the process ends without unwinding: completes the files of all traces.
void finish_traces();

int64_t trace_clock();  // nanoseconds

}  // namespace minipy
