// Profiles: where the time of a run's calls went. The events are gathered in memory, and the file is a whole document
// at any time: it is written anew now and then, so that it is there, as of a moment ago, when the process is killed.
#include <algorithm>
#include <unordered_map>

#include "stdlib/minipy/json_writer.h"
#include "stdlib/minipy/trace.h"

namespace minipy {
namespace {

class ProfileWriter : public EventWriter {
 public:
  explicit ProfileWriter(OutputSink& sink) : sink_(sink), next_(trace_clock() + kShortest) {
    sink.set_renew([this] { renew(); });
  }
  void call(const CallEvent& e) override {
    add(e);
    if (e.time >= next_) renew();
  }
  void finish() override {
    renew();
    sink_.set_renew(nullptr);
  }

 protected:
  virtual void add(const CallEvent& e) = 0;
  virtual std::string document() = 0;

 private:
  static constexpr int64_t kShortest = 100'000'000;
  // Writing takes a twentieth of the time at most.
  void renew() {
    int64_t begin = trace_clock();
    sink_.replace(document());
    int64_t end = trace_clock();
    next_ = end + std::max(kShortest, 20 * (end - begin));
  }
  OutputSink& sink_;
  int64_t next_;
};

std::string_view base_name(std::string_view file) {
  size_t slash = file.rfind('/');
  return slash == std::string_view::npos ? file : file.substr(slash + 1);
}

// ---- Collapsed stacks: "a (x.py:1);b (x.py:7) 12345" ---------------------------------------------------------------

class Collapsed : public ProfileWriter {
 public:
  using ProfileWriter::ProfileWriter;

 protected:
  void add(const CallEvent& e) override {
    Thread& t = threads_[e.thread];
    if (t.nodes.empty()) {
      t.number = threads_.size();
      t.nodes.push_back({nullptr, 0, 0, {}});
      t.last = e.time;
    }
    t.nodes[t.current].self += e.time - t.last;
    t.last = e.time;
    if (!e.begins()) {
      t.current = t.nodes[t.current].parent;
      return;
    }
    size_t fresh = t.nodes.size();
    size_t node = t.nodes[t.current].children.try_emplace(e.function, fresh).first->second;
    if (node == fresh) t.nodes.push_back({e.function, t.current, 0, {}});
    t.current = node;
  }

  std::string document() override {
    std::vector<const std::pair<const unsigned long, Thread>*> threads;
    for (const auto& thread : threads_) threads.push_back(&thread);
    std::sort(threads.begin(), threads.end(), [](auto* a, auto* b) { return a->second.number < b->second.number; });
    std::string text;
    for (const auto* thread : threads) {
      std::string root = threads.size() > 1 ? "thread " + std::to_string(thread->first) : "";
      add_stacks(text, root, thread->second.nodes);
    }
    return text;
  }

 private:
  struct Node {
    const FunctionFacts* function;
    size_t parent;
    int64_t self;
    std::unordered_map<const FunctionFacts*, size_t> children;
  };
  struct Thread {
    size_t number;
    std::vector<Node> nodes;  // parents first; [0] stands for the thread
    size_t current = 0;
    int64_t last = 0;
  };

  // What separates must not occur in a name.
  static void add_name(std::string& out, const FunctionFacts& function) {
    size_t begin = out.size();
    out += function.name;
    if (!function.native) {
      out += " (";
      out += base_name(function.file);
      out += ":" + std::to_string(function.line) + ")";
    }
    for (size_t i = begin; i < out.size(); i++) {
      if (out[i] == ';') out[i] = ':';
      if (static_cast<unsigned char>(out[i]) < ' ') out[i] = ' ';
    }
  }
  static void add_stacks(std::string& out, const std::string& root, const std::vector<Node>& nodes) {
    std::vector<const FunctionFacts*> stack;
    for (const Node& node : nodes) {
      if (!node.function || node.self <= 0) continue;
      stack.clear();
      for (const Node* n = &node; n->function; n = &nodes[n->parent]) stack.push_back(n->function);
      if (!root.empty()) out += root + ";";
      for (size_t i = stack.size(); i-- > 0;) {
        add_name(out, *stack[i]);
        if (i) out += ';';
      }
      out += " " + std::to_string(node.self) + "\n";
    }
  }

  std::unordered_map<unsigned long, Thread> threads_;
};

// ---- speedscope: https://www.speedscope.app/file-format-schema.json, profiles of type "evented"
// ----------------------

class Speedscope : public ProfileWriter {
 public:
  Speedscope(OutputSink& sink, int64_t begin) : ProfileWriter(sink), begin_(begin), end_(begin) {}

 protected:
  void add(const CallEvent& e) override {
    auto [place, is_new] = frame_of_.try_emplace(e.function, static_cast<uint32_t>(frames_.size()));
    if (is_new) frames_.push_back(e.function);
    Thread& t = thread(e.thread);
    t.events.push_back({e.time - begin_, place->second, e.begins()});
    if (e.begins()) {
      t.open.push_back(place->second);
    } else if (!t.open.empty()) {
      t.open.pop_back();
    }
    end_ = e.time;
  }

  std::string document() override {
    std::unique_ptr<OutputSink> text = OutputSink::to_memory();
    JsonWriter json(*text);
    json.begin_object().field("$schema", "https://www.speedscope.app/file-format-schema.json");
    json.field("exporter", "minipy").field("name", "minipy").key("shared").begin_object().key("frames").begin_array();
    for (const FunctionFacts* f : frames_) {
      json.begin_object().field("name", f->name);
      if (!f->native) json.field("file", f->file).field("line", f->line);
      json.end_object();
    }
    json.end_array().end_object().key("profiles").begin_array();
    for (const Thread& t : threads_) add_profile(json, t);
    json.end_array().end_object().end_line();
    return std::move(*text).take();
  }

 private:
  struct Event {
    int64_t at;
    uint32_t frame;
    bool opens;
  };
  struct Thread {
    unsigned long number;
    std::vector<Event> events;
    std::vector<uint32_t> open;  // frames that are not closed yet
  };

  Thread& thread(unsigned long number) {
    for (Thread& t : threads_) {
      if (t.number == number) return t;
    }
    threads_.push_back({number, {}, {}});
    return threads_.back();
  }
  void add_profile(JsonWriter& json, const Thread& t) {
    json.begin_object().field("type", "evented").field("name", "thread " + std::to_string(t.number));
    json.field("unit", "nanoseconds").field("startValue", t.events.front().at).field("endValue", end_ - begin_);
    json.key("events").begin_array();
    for (const Event& e : t.events) add_event(json, e);
    for (size_t i = t.open.size(); i-- > 0;) add_event(json, {end_ - begin_, t.open[i], false});
    json.end_array().end_object();
  }
  static void add_event(JsonWriter& json, const Event& e) {
    json.begin_object().field("type", e.opens ? "O" : "C").field("frame", e.frame).field("at", e.at).end_object();
  }

  const int64_t begin_;
  int64_t end_;
  std::vector<Thread> threads_;
  std::vector<const FunctionFacts*> frames_;
  std::unordered_map<const FunctionFacts*, uint32_t> frame_of_;
};

}  // namespace

std::unique_ptr<EventWriter> collapsed_writer(OutputSink& sink) { return std::make_unique<Collapsed>(sink); }
std::unique_ptr<EventWriter> speedscope_writer(OutputSink& sink, int64_t begin) {
  return std::make_unique<Speedscope>(sink, begin);
}

}  // namespace minipy
