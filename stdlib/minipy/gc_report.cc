#include "stdlib/minipy/gc_report.h"

#include <fmt/format.h>

#include <algorithm>

namespace minipy {
namespace {

std::string counts_text(const int (&values)[kGcGenerations]) {
  return fmt::format("{}/{}/{}", values[0], values[1], values[2]);
}

// Why this generation: "701 > 700", or what else started the collection.
std::string trigger_text(const GcCollection& c) {
  if (c.trigger == GcTrigger::kThreshold) {
    return fmt::format("{} > {}", c.counts[c.generation], c.thresholds[c.generation]);
  }
  return gc_trigger_name(c.trigger);
}

std::string object_text(const GcObjectText& object) {
  return fmt::format("{} at {}", object.text, fmt::ptr(object.address));
}

// ---- The steps of one collection -----------------------------------------------------------------------------------

class StepText {
 public:
  StepText(OutputSink& sink, const GcRecord& record) : sink_(sink), c_(record.numbers), d_(*record.details) {}

  void write() {
    candidates();
    subtraction();
    moved_back();
    cycles();
    end();
  }

 private:
  template <class... A>
  void line(fmt::format_string<A...> format, A&&... args) {
    sink_.write("  ");
    sink_.write(fmt::format(format, std::forward<A>(args)...));
    sink_.write('\n');
  }
  void more(ssize all, size_t shown) {
    if (all > static_cast<ssize>(shown)) line("     ... and {} more", all - static_cast<ssize>(shown));
  }

  void candidates() {
    line("1. Candidates: {} objects of generation{}", c_.examined,
         c_.generation == 0   ? " 0"
         : c_.generation == 1 ? "s 0 and 1"
                              : "s 0, 1 and 2");
    if (c_.frozen) line("     ({} frozen objects are left alone)", c_.frozen);
    std::vector<std::pair<ssize, std::string>> types;
    for (const auto& [type, n] : d_.candidates) types.push_back({n, type});
    std::stable_sort(types.begin(), types.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    constexpr size_t kShownTypes = 8;
    std::string text;
    for (size_t i = 0; i < types.size() && i < kShownTypes; i++) {
      text += fmt::format("{}{} {}", i ? ", " : "", types[i].first, types[i].second);
    }
    if (types.size() > kShownTypes) text += fmt::format(", and of {} more types", types.size() - kShownTypes);
    if (!text.empty()) line("     {}", text);
  }

  void subtraction() {
    line("2. Their reference counts are copied, and each reference from one candidate to another is subtracted:");
    line("   {} objects have none left: nothing outside refers to them", d_.looked_unreachable);
    for (const GcObjectText& o : d_.looked_unreachable_shown) {
      line("     {}: {} - {} = 0", object_text(o), o.refcount, o.refcount);
    }
    more(d_.looked_unreachable, d_.looked_unreachable_shown.size());
  }

  void moved_back() {
    // What is set aside ends as unreachable or is moved back.
    ssize set_aside = d_.moved_back + c_.unreachable;
    line(
        "3. What the others refer to is reachable. Of the {}, {} are reached before it is their turn, {} are set aside",
        d_.looked_unreachable, d_.looked_unreachable - set_aside, set_aside);
    line("   as unreachable for now, and {} of those moved back", d_.moved_back);
    for (const GcMovedBack& m : d_.moved_back_shown) {
      line("     {}, because {} refers to it{}", object_text(m.object), object_text(m.from),
           m.reference.empty() ? "" : " (" + m.reference + ")");
    }
    more(d_.moved_back, d_.moved_back_shown.size());
    if (c_.untracked) line("   {} survivors need no tracking any more", c_.untracked);
  }

  void cycles() {
    line("4. Unreachable: {} objects, in {} cycles{}", c_.unreachable, d_.cycle_count,
         d_.hanging ? fmt::format(", {} of them hanging on one", d_.hanging) : "");
    for (size_t i = 0; i < d_.cycles.size(); i++) {
      const GcCycle& cycle = d_.cycles[i];
      line("   cycle {}: {} objects{}", i + 1, cycle.nodes.size(),
           cycle.tangle > static_cast<ssize>(cycle.nodes.size())
               ? fmt::format(" (the shortest of those among {} objects)", cycle.tangle)
               : "");
      for (size_t k = 0; k < cycle.nodes.size(); k++) {
        const std::string& reference = cycle.references[k];
        bool last = k + 1 == cycle.nodes.size();
        line("     {}  --{}-> {}", object_text(cycle.nodes[k]), reference.empty() ? "" : " " + reference + " ",
             last ? "the first" : "");
      }
    }
    more(d_.cycle_count, d_.cycles.size());
    if (c_.legacy) line("   {} objects are kept by a tp_del: uncollectable", c_.legacy);
  }

  void end() {
    line("5. Weak references to them are cleared: {} callbacks called", c_.callbacks);
    line("6. Finalizers called: {}; brought back to life: {}", c_.finalized, c_.resurrected);
    for (const GcObjectText& o : d_.finalizers) line("     finalizer of {}", object_text(o));
    more(c_.finalized, d_.finalizers.size());
    for (const GcObjectText& o : d_.resurrected) line("     back: {}", object_text(o));
    more(c_.resurrected, d_.resurrected.size());
    line("7. Cleared: {} objects; blocks in use {} -> {}", c_.collected, c_.heap_blocks, c_.heap_blocks_after);
  }

  OutputSink& sink_;
  const GcCollection& c_;
  const GcDetails& d_;
};

constexpr char kRow[] = "{:>5} {:>10} {:>3}  {:<12} {:<12} {:>9} {:>9} {:>11} {:>6} {:>5} {:>5} {:>9} {:>6} {:>9}\n";

}  // namespace

// ---- The table -----------------------------------------------------------------------------------------------------

void GcTable::head() {
  sink_.write(
      fmt::format(kRow, "", "at", "", "", "counts", "objects", "", "", "final-", "back", "weak", "", "uncol-", "took"));
  sink_.write(fmt::format(kRow, "#", "ms", "gen", "trigger", "before", "examined", "reachable", "unreachable", "izers",
                          "alive", "calls", "collected", "lect.", "ms"));
}

void GcTable::write(const GcRecord& record) {
  const GcCollection& c = record.numbers;
  if (rows_ == 0) first_start_ = c.start;
  if (rows_ == 0 || details_between_) head();
  rows_++;
  sink_.write(fmt::format(kRow, c.number, fmt::format("{:.1f}", static_cast<double>(c.start - first_start_) * 1e-6),
                          c.generation, trigger_text(c), counts_text(c.counts), c.examined, c.reachable, c.unreachable,
                          c.finalized, c.resurrected, c.callbacks, c.collected, c.uncollectable,
                          fmt::format("{:.3f}", static_cast<double>(c.nanoseconds) * 1e-6)));
  details_between_ = record.details != nullptr;
  if (record.details) {
    StepText(sink_, record).write();
    sink_.write('\n');
  }
  sink_.end_record();
  collections_[c.generation]++;
  collected_ += c.collected;
  uncollectable_ += c.uncollectable;
  nanoseconds_ += c.nanoseconds;
}

void GcTable::finish() {
  if (rows_ == 0) {
    sink_.write("no collections\n");
  } else {
    sink_.write(
        fmt::format("{} collections ({} of generation 0, {} of 1, {} of 2), {} objects collected, {} "
                    "uncollectable, {:.3f} ms\n",
                    rows_, collections_[0], collections_[1], collections_[2], collected_, uncollectable_,
                    static_cast<double>(nanoseconds_) * 1e-6));
  }
  sink_.end_record();
}

// ---- JSON ----------------------------------------------------------------------------------------------------------

namespace {

void write_object(JsonWriter& json, const GcObjectText& o) {
  json.begin_object().key("address").address(o.address).field("type", o.type).field("text", o.text);
  json.field("refcount", o.refcount).end_object();
}

void write_cycle(JsonWriter& json, const GcCycle& cycle) {
  json.begin_object().field("tangle", cycle.tangle).key("path").begin_array();
  for (size_t i = 0; i < cycle.nodes.size(); i++) {
    json.begin_object().key("object");
    write_object(json, cycle.nodes[i]);
    json.field("reference", cycle.references[i]).end_object();
  }
  json.end_array().end_object();
}

void write_graph(JsonWriter& json, const GcGraph& graph) {
  json.key("graph").begin_object().key("nodes").begin_array();
  for (size_t i = 0; i < graph.nodes.size(); i++) {
    json.begin_object().key("object");
    write_object(json, graph.nodes[i]);
    json.field("cycle", graph.tangle_of[i]).end_object();
  }
  json.end_array().key("edges").begin_array();
  for (const GcGraph::Edge& e : graph.edges) {
    json.begin_array().value(e.from).value(e.to).value(e.reference).end_array();
  }
  json.end_array().end_object();
}

void write_details(JsonWriter& json, const GcDetails& d) {
  json.key("details").begin_object().key("candidates").begin_object();
  for (const auto& [type, n] : d.candidates) json.field(type, n);
  json.end_object().field("looked_unreachable", d.looked_unreachable).key("looked_unreachable_shown").begin_array();
  for (const GcObjectText& o : d.looked_unreachable_shown) write_object(json, o);
  json.end_array().field("moved_back", d.moved_back).key("moved_back_shown").begin_array();
  for (const GcMovedBack& m : d.moved_back_shown) {
    json.begin_object().key("object");
    write_object(json, m.object);
    json.key("from");
    write_object(json, m.from);
    json.field("reference", m.reference).end_object();
  }
  json.end_array().field("cycles", d.cycle_count).field("hanging", d.hanging).key("cycles_shown").begin_array();
  for (const GcCycle& cycle : d.cycles) write_cycle(json, cycle);
  json.end_array().key("finalizers_shown").begin_array();
  for (const GcObjectText& o : d.finalizers) write_object(json, o);
  json.end_array().key("resurrected_shown").begin_array();
  for (const GcObjectText& o : d.resurrected) write_object(json, o);
  json.end_array();
  if (!d.graph.nodes.empty()) write_graph(json, d.graph);
  json.end_object();
}

}  // namespace

void gc_write_json(JsonWriter& json, const GcRecord& record) {
  const GcCollection& c = record.numbers;
  json.begin_object().field("kind", "gc").field("number", c.number).field("generation", c.generation);
  json.field("trigger", gc_trigger_name(c.trigger)).key("counts").begin_array();
  for (int n : c.counts) json.value(n);
  json.end_array().key("thresholds").begin_array();
  for (int n : c.thresholds) json.value(n);
  json.end_array().field("long_lived_total", c.long_lived_total).field("long_lived_pending", c.long_lived_pending);
  json.field("examined", c.examined).field("reachable", c.reachable).field("unreachable", c.unreachable);
  json.field("untracked", c.untracked).field("finalizers", c.finalized).field("resurrected", c.resurrected);
  json.field("weakref_callbacks", c.callbacks).field("collected", c.collected).field("uncollectable", c.uncollectable);
  json.field("blocks_before", c.heap_blocks).field("blocks_after", c.heap_blocks_after);
  json.key("start").decimal(c.start, 9).key("seconds").decimal(c.nanoseconds, 9);
  if (record.details) write_details(json, *record.details);
  json.end_object();
}

// ---- DOT -----------------------------------------------------------------------------------------------------------

namespace {

std::string dot_text(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

GcDot::GcDot(OutputSink& sink) : sink_(sink) {
  sink_.set_renew([this] { finish(); });
  text_.append(
      "digraph garbage {\n  node [shape=box, style=\"rounded,filled\", fillcolor=\"#eef2f7\", color=\"#51627a\", "
      "fontname=\"Helvetica\", fontsize=10];\n  edge [color=\"#51627a\", fontname=\"Helvetica\", fontsize=9];\n"
      "  // filled red: in a cycle; grey: only reachable from one\n");
}

void GcDot::write(const GcRecord& record) {
  if (!record.details || record.details->graph.nodes.empty()) return;
  const GcGraph& graph = record.details->graph;
  const GcCollection& c = record.numbers;
  text_.append(fmt::format("  subgraph cluster_{} {{\n    label=\"collection {}, generation {}: {} unreachable\";\n",
                           c.number, c.number, c.generation, c.unreachable));
  for (size_t i = 0; i < graph.nodes.size(); i++) {
    const GcObjectText& o = graph.nodes[i];
    text_.append(fmt::format("    o{}_{} [label={}, tooltip=\"{} refs={}\"{}];\n", c.number, i, dot_text(o.text),
                             fmt::ptr(o.address), o.refcount,
                             graph.tangle_of[i] >= 0 ? ", fillcolor=\"#f7d9d4\", color=\"#b3402a\"" : ""));
  }
  for (const GcGraph::Edge& e : graph.edges) {
    bool same = graph.tangle_of[static_cast<size_t>(e.from)] >= 0 &&
                graph.tangle_of[static_cast<size_t>(e.from)] == graph.tangle_of[static_cast<size_t>(e.to)];
    text_.append(fmt::format("    o{}_{} -> o{}_{} [label={}{}];\n", c.number, e.from, c.number, e.to,
                             dot_text(e.reference), same ? ", color=\"#b3402a\", penwidth=1.5" : ""));
  }
  text_.append("  }\n");
}

void GcDot::finish() { sink_.replace(text_ + "}\n"); }

GcDot::~GcDot() { sink_.set_renew(nullptr); }

}  // namespace minipy
