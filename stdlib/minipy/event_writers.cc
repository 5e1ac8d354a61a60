// The writers of events: JSON lines, Trace Event format, text; those for collections alone (DOT, HTML). Profiles have
// profile_writers.cc.
#include <fmt/format.h>
#include <unistd.h>

#include "compiler/opcode.h"
#include "stdlib/minipy/gc_report.h"
#include "stdlib/minipy/json_writer.h"
#include "stdlib/minipy/safe_text.h"
#include "stdlib/minipy/trace.h"

namespace minipy {
namespace {

double seconds(int64_t nanoseconds) { return static_cast<double>(nanoseconds) * 1e-9; }

// ---- JSON lines: an object per event, `time` in seconds since the trace began --------------------------------------

class JsonLines : public EventWriter {
 public:
  JsonLines(OutputSink& sink, int64_t begin) : json_(sink), begin_(begin) {}

  void gc(const GcRecord& record) override {
    gc_write_json(json_, record);
    json_.end_line();
  }
  void memory(const MemoryEvent& e) override {
    head("memory", e.time).field("what", e.allocated ? "allocated" : "freed");
    json_.field("domain", e.object ? "object" : "mem").key("address").address(e.address).field("size", e.size);
    json_.field("in_use", e.in_use).end_object().end_line();
  }
  void intern(const InternEvent& e) override {
    head("intern", e.time).field("what", e.interned ? "interned" : "forgotten").key("address").address(e.string);
    json_.field("text", e.string).field("count", e.count).end_object().end_line();
  }
  void gil(const GilEvent& e) override {
    bool taken = e.what == GilEvent::What::kTaken;
    head("gil", e.time).field("what", taken ? "taken" : "given up").field("thread", e.thread);
    if (taken) {
      json_.key("waited").decimal(e.waited, 9);
    } else {
      json_.field("forced", e.forced);
    }
    json_.end_object().end_line();
  }
  void call(const CallEvent& e) override {
    head("calls", e.time).field("what", call_event_name(e.what)).field("thread", e.thread).field("depth", e.depth);
    function(*e.function).field("native", e.function->native);
    if (e.begins()) line("caller_line", e.line);
    json_.end_object().end_line();
  }
  void exception(const ExceptionEvent& e) override {
    head("exceptions", e.time).field("what", exception_event_name(e.what)).field("thread", e.thread);
    function(*e.function);
    line("line", e.line);
    json_.field("offset", e.offset).field("type", e.type).field("text", e.text).end_object().end_line();
  }
  void form(const FormEvent& e) override {
    head("specialise", e.time).field("what", form_event_name(e.what)).field("thread", e.thread);
    instruction(*e.function, e.offset, e.form, e.instruction());
    json_.field("hits", e.hits).field("misses", e.misses).end_object().end_line();
  }
  void instruction(const InstructionEvent& e) override {
    head("instructions", e.time).field("thread", e.thread);
    instruction(*e.function, e.offset, e.form, e.instruction());
    json_.end_object().end_line();
  }

 private:
  JsonWriter& head(const char* kind, int64_t time) {
    return json_.begin_object().field("kind", kind).key("time").decimal(time - begin_, 9);
  }
  JsonWriter& function(const FunctionFacts& f) {
    json_.field("function", f.name);
    return f.native ? json_ : json_.field("file", f.file);
  }
  JsonWriter& line(const char* key, int line) {
    json_.key(key);
    return line ? json_.value(line) : json_.null();
  }
  void instruction(const FunctionFacts& f, int offset, int form, const InstructionFacts& i) {
    function(f);
    line("line", i.line);
    json_.field("offset", offset).field("opname", opcode_name(i.opcode)).key("arg");
    i.has_argument ? json_.value(i.argument) : json_.null();
    json_.key("form").value(form_name(form));
  }
  JsonWriter json_;
  int64_t begin_;
};

// ---- Trace Event format: what Perfetto and chrome://tracing read ---------------------------------------------------

// A JSON array with an event per line. The format allows its end to be missing, so the file of a killed process opens.
class TraceEvents : public EventWriter {
 public:
  TraceEvents(OutputSink& sink, int64_t begin) : sink_(sink), json_(sink), begin_(begin) {
    sink_.write("[\n");
    metadata("process_name", "minipy");
  }

  void gc(const GcRecord& record) override {
    const GcCollection& c = record.numbers;
    event(fmt::format("gc generation {}", c.generation), "gc", "X", c.start);
    json_.key("dur").decimal(c.nanoseconds, 3).key("args");
    gc_write_json(json_, record);
    end();
    counter("heap blocks", c.start + c.nanoseconds, c.heap_blocks_after);
  }
  void memory(const MemoryEvent& e) override {
    // A point per millisecond and per 64 KiB is what a picture can show.
    constexpr int64_t kInterval = 1'000'000;
    constexpr ssize kStep = 1 << 16;
    ssize change = e.in_use - last_in_use_;
    if (e.time - last_memory_ < kInterval && change < kStep && change > -kStep) return;
    last_memory_ = e.time;
    last_in_use_ = e.in_use;
    counter("bytes allocated since the start", e.time, e.in_use);
  }
  void intern(const InternEvent& e) override {
    event(e.interned ? "interned" : "forgotten", "intern", "i", e.time);
    json_.field("s", "t").key("args").begin_object().field("text", e.string).field("count", e.count).end_object();
    end();
  }
  void gil(const GilEvent& e) override {
    if (e.what == GilEvent::What::kTaken) {
      if (e.waited > 0) {
        event("waits for the GIL", "gil", "X", e.time - e.waited, e.thread);
        json_.key("dur").decimal(e.waited, 3);
        end();
      }
      taken_ = e.time;
      return;
    }
    event("holds the GIL", "gil", "X", taken_, e.thread);
    json_.key("dur").decimal(e.time - taken_, 3);
    json_.key("args").begin_object().field("forced", e.forced).end_object();
    end();
  }
  // A slice of the thread's track for each call.
  void call(const CallEvent& e) override {
    end_instruction(e.time);
    if (!e.begins()) {
      json_.begin_object().field("ph", "E");
      place(e.time, e.thread);
      if (e.what != CallEvent::What::kReturned) {
        json_.key("args").begin_object().field("left", call_event_name(e.what)).end_object();
      }
      return end();
    }
    event(e.function->name, e.function->native ? "native" : "python", "B", e.time, e.thread);
    json_.key("args").begin_object();
    if (!e.function->native) json_.field("file", e.function->file).field("line", e.function->line);
    if (e.what != CallEvent::What::kCalled) json_.field("entered", call_event_name(e.what));
    json_.end_object();
    end();
  }
  void exception(const ExceptionEvent& e) override {
    event(fmt::format("{} {}", exception_event_name(e.what), e.type), "exceptions", "i", e.time, e.thread);
    json_.field("s", "t").key("args").begin_object().field("text", e.text);
    place_in(*e.function, e.line, e.offset);
  }
  void form(const FormEvent& e) override {
    const char* name = e.form ? form_name(e.form) : opcode_name(e.instruction().opcode);
    event(fmt::format("{} {}", form_event_name(e.what), name), "specialise", "i", e.time, e.thread);
    json_.field("s", "t").key("args").begin_object().field("instruction", e.instruction().text);
    json_.field("hits", e.hits).field("misses", e.misses);
    place_in(*e.function, e.instruction().line, e.offset);
  }
  // A slice that ends where the thread's next begins.
  void instruction(const InstructionEvent& e) override {
    end_instruction(e.time);
    instruction_ = std::make_unique<InstructionEvent>(e);
  }
  void finish() override {
    end_instruction(trace_clock());
    event("end", "minipy", "i", trace_clock());
    json_.field("s", "g").end_object();
    sink_.write("\n]\n");
    sink_.end_record();
  }

 private:
  void event(std::string_view name, const char* category, const char* phase, int64_t time, unsigned long thread = 0) {
    json_.begin_object().field("name", name).field("cat", category).field("ph", phase);
    place(time, thread ? thread : static_cast<unsigned long>(::gettid()));
  }
  void place(int64_t time, unsigned long thread) {
    json_.key("ts").decimal(time - begin_, 3).field("pid", pid_).field("tid", thread);
  }
  // Completes args, and the event.
  void place_in(const FunctionFacts& f, int line, int offset) {
    json_.field("function", f.name).field("file", f.file).field("line", line).field("offset", offset).end_object();
    end();
  }
  void end_instruction(int64_t time) {
    if (!instruction_) return;
    std::unique_ptr<InstructionEvent> e = std::move(instruction_);
    event(e->form ? form_name(e->form) : e->instruction().text, "instructions", "X", e->time, e->thread);
    json_.key("dur").decimal(time - e->time, 3).key("args").begin_object();
    place_in(*e->function, e->instruction().line, e->offset);
  }
  void end() {
    json_.end_object();
    sink_.write(',');
    json_.end_line();
  }
  void counter(const char* name, int64_t time, ssize value) {
    event(name, "memory", "C", time);
    json_.key("args").begin_object().field("value", value).end_object();
    end();
  }
  void metadata(const char* name, const char* value) {
    event(name, "__metadata", "M", begin_);
    json_.key("args").begin_object().field("name", value).end_object();
    end();
  }

  OutputSink& sink_;
  JsonWriter json_;
  int64_t begin_;
  const int pid_ = ::getpid();
  std::unique_ptr<InstructionEvent> instruction_;  // not written yet
  int64_t last_memory_ = 0, taken_ = begin_;
  ssize last_in_use_ = 0;
};

// ---- Text ----------------------------------------------------------------------------------------------------------

class Text : public EventWriter {
 public:
  Text(OutputSink& sink, unsigned kinds, int64_t begin)
      : sink_(sink), table_(sink), has_table_(kinds & kTraceGc), begin_(begin) {}

  void gc(const GcRecord& record) override { table_.write(record); }
  void memory(const MemoryEvent& e) override {
    line(e.time, fmt::format("memory {} {} bytes at {} ({}), {} in use", e.allocated ? "allocated" : "freed", e.size,
                             fmt::ptr(e.address), e.object ? "object" : "mem", e.in_use));
  }
  void intern(const InternEvent& e) override {
    std::string text;
    append_str_repr(text, e.string);
    line(e.time,
         fmt::format("intern {} {} at {}, {} in the table", e.interned ? "+" : "-", text, fmt::ptr(e.string), e.count));
  }
  void gil(const GilEvent& e) override {
    bool taken = e.what == GilEvent::What::kTaken;
    std::string how = taken ? fmt::format("taken after {:.3f} ms", static_cast<double>(e.waited) * 1e-6)
                            : std::string(e.forced ? "given up on request" : "given up");
    line(e.time, fmt::format("gil thread {} {}", e.thread, how));
  }
  // The calls of each thread, indented.
  void call(const CallEvent& e) override {
    bool usual = e.what == CallEvent::What::kCalled || e.what == CallEvent::What::kReturned;
    std::string what = usual ? "" : fmt::format(" ({})", call_event_name(e.what));
    std::string place = e.begins() && !e.function->native ? place_of(*e.function, e.function->line) : "";
    line(e.time, fmt::format("calls {} {:{}}{} {}{}{}", e.thread, "", e.depth * 2, e.begins() ? '>' : '<',
                             e.function->name, what, place));
  }
  void exception(const ExceptionEvent& e) override {
    std::string text = e.text.empty() ? "" : ": " + e.text;
    line(e.time, fmt::format("exceptions {} {} {}{} in {}{}", e.thread, exception_event_name(e.what), e.type, text,
                             e.function->name, place_of(*e.function, e.line)));
  }
  void form(const FormEvent& e) override {
    const char* form = e.form ? form_name(e.form) : "";
    line(e.time, fmt::format("specialise {} {} {} {}, {} hits, {} misses, at {} in {}{}", e.thread,
                             form_event_name(e.what), e.instruction().text, form, e.hits, e.misses, e.offset,
                             e.function->name, place_of(*e.function, e.instruction().line)));
  }
  void instruction(const InstructionEvent& e) override {
    std::string form = e.form ? fmt::format(" as {}", form_name(e.form)) : "";
    line(e.time, fmt::format("instructions {} {} {}{} in {}{}", e.thread, e.offset, e.instruction().text, form,
                             e.function->name, place_of(*e.function, e.instruction().line)));
  }
  void finish() override {
    if (has_table_) table_.finish();
  }

 private:
  static std::string place_of(const FunctionFacts& f, int line) {
    return line ? fmt::format(" ({}:{})", f.file, line) : fmt::format(" ({})", f.file);
  }
  void line(int64_t time, const std::string& text) {
    sink_.write(fmt::format("{:12.6f} {}\n", seconds(time - begin_), text));
    sink_.end_record();
  }
  OutputSink& sink_;
  GcTable table_;
  bool has_table_;
  int64_t begin_;
};

// ---- Collections alone ---------------------------------------------------------------------------------------------

class Dot : public EventWriter {
 public:
  explicit Dot(OutputSink& sink) : dot_(sink) {}
  void gc(const GcRecord& record) override { dot_.write(record); }
  void finish() override { dot_.finish(); }

 private:
  GcDot dot_;
};

class Html : public EventWriter {
 public:
  explicit Html(OutputSink& sink) : page_(sink, "a program") {}
  void gc(const GcRecord& record) override { page_.write(record); }
  void finish() override { page_.finish(); }

 private:
  GcPage page_;
};

}  // namespace

std::unique_ptr<EventWriter> event_writer_json_lines(OutputSink& sink, int64_t begin) {
  return std::make_unique<JsonLines>(sink, begin);
}

std::unique_ptr<EventWriter> event_writer_for(const std::string& path, unsigned kinds, int64_t begin, OutputSink& sink,
                                              std::string& error) {
  const bool only_gc = (kinds & ~static_cast<unsigned>(kTraceGc | kTraceGcDetails)) == 0;
  if (path.ends_with(".collapsed") || path.ends_with(".folded") || path.ends_with(".speedscope.json")) {
    if (kinds != kTraceCalls) {
      error = path + ": a profile shows the kind calls only";
      return nullptr;
    }
    return path.ends_with(".json") ? speedscope_writer(sink, begin) : collapsed_writer(sink);
  }
  if (path == "-" || path.ends_with(".txt")) return std::make_unique<Text>(sink, kinds, begin);
  if (path.ends_with(".jsonl")) return std::make_unique<JsonLines>(sink, begin);
  if (path.ends_with(".json")) return std::make_unique<TraceEvents>(sink, begin);
  if (path.ends_with(".dot") || path.ends_with(".html")) {
    if (!only_gc) {
      error = path + ": a page or a graph shows the kinds gc and gc.details only";
      return nullptr;
    }
    if (path.ends_with(".html")) return std::make_unique<Html>(sink);
    if (kinds & kTraceGcDetails) return std::make_unique<Dot>(sink);
    error = path + ": a graph needs the kind gc.details";
    return nullptr;
  }
  error =
      path +
      ": the ending says what is written: .jsonl, .json, .txt, .dot, .html, .collapsed, .folded or .speedscope.json";
  return nullptr;
}

}  // namespace minipy
