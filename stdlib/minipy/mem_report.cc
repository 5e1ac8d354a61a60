#include "stdlib/minipy/mem_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "gc/memory_watch.h"
#include "stdlib/minipy/json_writer.h"

namespace minipy::mem {

namespace {

// ---- Size classes -------------------------------------------------------------------------------------------------

// CPython's allocator for objects: classes of 16 bytes up to 512, what is larger goes to malloc().
constexpr size_t kPymallocStep = 16, kPymallocMax = 512;
size_t pymalloc_class(size_t size) {
  size_t rounded = std::max((size + kPymallocStep - 1) / kPymallocStep, size_t{1}) * kPymallocStep;
  return size > kPymallocMax ? 0 : rounded;
}

// The blocks of all sizes that fall into one class. `unused`: bytes of the living blocks that nobody asked for.
struct ClassRow {
  uint64_t allocated = 0, freed = 0;
  ssize live = 0, at_peak = 0, bytes = 0;
};
using ClassRows = std::map<size_t, ClassRow>;

ClassRows by_class(const Recorder& r, size_t (*class_of)(size_t)) {
  ClassRows rows;
  for (const auto& [size, blocks] : r.sizes()) {
    ClassRow& row = rows[class_of(size)];
    row.allocated += blocks.allocated;
    row.freed += blocks.freed;
    row.live += blocks.stock.live.now();
    row.at_peak += blocks.stock.live.at_peak(r.moment());
    row.bytes += blocks.stock.bytes.now();
  }
  return rows;
}
ssize unused_of(size_t size, const ClassRow& row) { return size ? row.live * static_cast<ssize>(size) - row.bytes : 0; }

// ---- Lines --------------------------------------------------------------------------------------------------------

struct LineRow {
  std::string where, text;
  uint64_t objects = 0, allocated = 0, bytes = 0, freed = 0, freed_here = 0;
  ssize live = 0, live_bytes = 0;

  void add(const Line& line) {
    objects += line.objects;
    allocated += line.blocks.allocated;
    bytes += line.blocks.bytes_allocated;
    freed += line.blocks.freed;
    freed_here += line.freed_here;
    live += line.blocks.stock.live.now() - line.blocks.stock.start;
    live_bytes += line.blocks.stock.bytes.now() - line.blocks.stock.start_bytes;
  }
};

// Those where something happened. Library code is one row, unless it is to be told apart.
std::vector<LineRow> line_rows(const Recorder& r, bool library, Sources& sources) {
  std::vector<LineRow> rows;
  LineRow rest;
  rest.where = "(library code)";
  for (const auto& line : r.lines()) {
    if (!line->objects && !line->blocks.allocated && !line->blocks.freed && !line->freed_here) continue;
    if (!line->program && !line->file.empty() && !library) {
      rest.add(*line);
      continue;
    }
    LineRow& row = rows.emplace_back();
    row.where = line_place(line->file, line->number);
    row.text = line->file.empty() ? "" : line_text(line->file, line->number, sources);
    row.add(*line);
  }
  if (rest.allocated || rest.freed || rest.freed_here || rest.objects) rows.push_back(rest);
  std::stable_sort(rows.begin(), rows.end(), [](const LineRow& a, const LineRow& b) { return a.bytes > b.bytes; });
  return rows;
}

// ---- Text ---------------------------------------------------------------------------------------------------------

class TextReport : TableText {
 public:
  TextReport(const Recorder& recorder, const TableOptions& options, Sources& sources, OutputSink& sink)
      : TableText(options, sink), r_(recorder), sources_(sources) {}

  void write() {
    totals();
    types();
    lines();
    free_lists();
    size_classes("Size classes of the allocator (mimalloc)", by_class(r_, memory::size_class));
    size_classes("Size classes that CPython's allocator (pymalloc) would use", by_class(r_, pymalloc_class));
    end();
  }

 private:
  void totals() {
    line("Blocks");
    line(fmt::format("{:>9} {:>12} {:>9} {:>9} {:>9} {:>12} {:>12}  {}", "allocated", "bytes", "freed", "at start",
                     "at end", "bytes at end", "bytes at peak", "domain"));
    for (size_t d : {kObject, kMem, kRaw}) {
      const Blocks& b = r_.domain(d);
      line(fmt::format("{:>9} {:>12} {:>9} {:>9} {:>9} {:>12} {:>12}  {}", b.allocated, b.bytes_allocated, b.freed,
                       b.stock.start, b.stock.live.now(), b.stock.bytes.now(), b.stock.bytes.at_peak(r_.moment()),
                       kDomainNames[d]));
    }
    std::string place = where_text(r_.peak_place());
    line(
        fmt::format("At most {} bytes were in use: {}", r_.peak_bytes(), r_.peak_place().code ? "at " + place : place));
  }

  void types() {
    std::vector<std::pair<const std::string*, const Objects*>> rows;
    for (const auto& [name, objects] : r_.types()) {
      if (objects.created || objects.freed) rows.push_back({&name, &objects});
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.second->created > b.second->created; });
    TableText::title("Objects by type");
    line(fmt::format("{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>12}  {}", "created", "reused", "freed", "at start",
                     "at end", "at peak", "bytes at end", "type"));
    for (size_t i = 0; i < shown(rows.size()); i++) {
      const auto& [name, o] = rows[i];
      line(fmt::format("{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>12}  {}", o->created, o->reused, o->freed,
                       o->stock.start, o->stock.live.now(), o->stock.live.at_peak(r_.moment()), o->stock.bytes.now(),
                       *name));
    }
    more(rows.size());
  }

  void lines() {
    std::vector<LineRow> rows = line_rows(r_, options().library, sources_);
    TableText::title("Blocks and objects by line");
    line(fmt::format("{:>9} {:>9} {:>12} {:>9} {:>9} {:>12} {:>10}  {}", "objects", "blocks", "bytes", "freed", "left",
                     "bytes left", "freed here", "line"));
    for (size_t i = 0; i < shown(rows.size()); i++) {
      const LineRow& l = rows[i];
      line(fmt::format("{:>9} {:>9} {:>12} {:>9} {:>9} {:>12} {:>10}  {}{}{}", l.objects, l.allocated, l.bytes, l.freed,
                       l.live, l.live_bytes, l.freed_here, l.where, l.text.empty() ? "" : "  ", shortened(l.text, 60)));
    }
    more(rows.size());
  }

  void free_lists() {
    TableText::title("Free lists");
    line(fmt::format("{:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  {}", "at start", "given", "taken", "missed", "at end",
                     "limit", "list"));
    for (const FreeListUse& f : r_.free_lists()) {
      if (f.of_objects && !f.taken && !f.given && !f.missed) continue;
      std::string name = f.length < 0 ? f.type : fmt::format("{} of {}", f.type, f.length);
      if (f.of_objects) {
        line(fmt::format("{:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  {}", f.held_at_start, f.given, f.taken, f.missed,
                         f.held_at_end, f.limit, name));
      } else {
        line(fmt::format("{:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  {}", f.held_at_start, "-", "-", "-", f.held_at_end,
                         f.limit, name));
      }
    }
  }

  void size_classes(const char* title, const ClassRows& rows) {
    TableText::title(title);
    line(fmt::format("{:>9} {:>9} {:>9} {:>9} {:>12} {:>12}  {}", "allocated", "freed", "at end", "at peak",
                     "bytes at end", "unused bytes", "size"));
    for (const auto& [size, c] : rows) {
      if (!c.allocated && !c.freed) continue;
      line(fmt::format("{:>9} {:>9} {:>9} {:>9} {:>12} {:>12}  {}", c.allocated, c.freed, c.live, c.at_peak, c.bytes,
                       size ? std::to_string(unused_of(size, c)) : "-", size ? std::to_string(size) : "malloc()"));
    }
  }

  const Recorder& r_;
  Sources& sources_;
};

// ---- JSON ---------------------------------------------------------------------------------------------------------

void put_stock(JsonWriter& json, const Stock& s, uint64_t moment) {
  json.field("at_start", s.start).field("at_end", s.live.now()).field("at_peak", s.live.at_peak(moment));
  json.field("bytes_at_start", s.start_bytes).field("bytes_at_end", s.bytes.now());
  json.field("bytes_at_peak", s.bytes.at_peak(moment));
}
void put_blocks(JsonWriter& json, const Blocks& b, uint64_t moment) {
  json.field("allocated", b.allocated).field("freed", b.freed).field("bytes_allocated", b.bytes_allocated);
  put_stock(json, b.stock, moment);
}

void put_classes(JsonWriter& json, const char* allocator, const ClassRows& rows) {
  for (const auto& [size, c] : rows) {
    json.begin_object().field("event", "size_class").field("allocator", allocator);
    size ? json.field("size", size) : json.key("size").null();
    json.field("allocated", c.allocated).field("freed", c.freed).field("at_end", c.live).field("at_peak", c.at_peak);
    json.field("bytes_at_end", c.bytes);
    size ? json.field("unused_bytes_at_end", unused_of(size, c)) : json.key("unused_bytes_at_end").null();
    json.end_object().end_line();
  }
}

void put_free_list(JsonWriter& json, const FreeListUse& f) {
  json.begin_object().field("event", "free_list").field("type", std::string_view(f.type));
  f.length < 0 ? json.key("length").null() : json.field("length", f.length);
  json.field("limit", f.limit).field("at_start", f.held_at_start).field("at_end", f.held_at_end);
  auto flow = [&](const char* name, uint64_t n) { f.of_objects ? json.field(name, n) : json.key(name).null(); };
  flow("given", f.given);
  flow("taken", f.taken);
  flow("missed", f.missed);
  json.end_object().end_line();
}

}  // namespace

void write_text(const Recorder& recorder, const TableOptions& options, Sources& sources, OutputSink& sink) {
  TextReport(recorder, options, sources, sink).write();
}

void write_json(const Recorder& r, OutputSink& sink) {
  JsonWriter json(sink);
  json.begin_object().field("event", "peak").field("bytes", r.peak_bytes());
  put_place(json, r.peak_place());
  json.end_object().end_line();
  for (size_t d = 0; d < kDomains; d++) {
    json.begin_object().field("event", "domain").field("domain", kDomainNames[d]);
    put_blocks(json, r.domain(d), r.moment());
    json.end_object().end_line();
  }
  for (const auto& [name, o] : r.types()) {
    json.begin_object().field("event", "type").field("type", std::string_view(name));
    json.field("created", o.created).field("reused", o.reused).field("freed", o.freed);
    put_stock(json, o.stock, r.moment());
    json.end_object().end_line();
  }
  for (const auto& line : r.lines()) {
    json.begin_object().field("event", "line");
    line->file.empty() ? json.key("file").null() : json.field("file", std::string_view(line->file));
    line->number <= 0 ? json.key("line").null() : json.field("line", line->number);
    json.field("program", line->program).field("objects", line->objects).field("freed_here", line->freed_here);
    put_blocks(json, line->blocks, r.moment());
    json.end_object().end_line();
  }
  for (const FreeListUse& f : r.free_lists()) put_free_list(json, f);
  put_classes(json, "mimalloc", by_class(r, memory::size_class));
  put_classes(json, "pymalloc", by_class(r, pymalloc_class));
}

}  // namespace minipy::mem
