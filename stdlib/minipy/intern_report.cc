#include "stdlib/minipy/intern_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "stdlib/minipy/json_writer.h"

namespace minipy::intern {

namespace {

bool is_library(const Place& p) { return p.code && !p.code->program; }

class TextReport : TableText {
 public:
  TextReport(const Recorder& recorder, const TableOptions& options, Sources& sources, OutputSink& sink)
      : TableText(options, sink), r_(recorder), sources_(sources) {}

  void write() {
    summary();
    strings();
    places();
    values(kInts, "Small ints handed out");
    values(kCharacters, "Characters and the empty string handed out");
    end();
  }

 private:
  // Where, by which instruction, from which source; the first two of a fixed width.
  std::string place_text(const Place& p) {
    return fmt::format("{:<28} {:<28} {}", shortened(where_text(p), 28), shortened(instruction_of(p), 28),
                       shortened(source_of(p, sources_), 60));
  }

  void summary() {
    size_t start = 0, own = 0, library = 0, forgotten = 0;
    for (const InternedString& s : r_.strings()) {
      (s.at_start ? start : is_library(s.place) ? library : own)++;
      forgotten += s.forgotten && !s.at_start;
    }
    line(
        fmt::format("Strings interned: {} at start-up, {} by the program, {} by library code that it runs; {} of these "
                    "are gone again.",
                    start, own, library, forgotten));
    line(fmt::format("Found instead of made anew: {} interned strings, {} small ints, {} characters.",
                     r_.hits(kStrings), r_.hits(kInts), r_.hits(kCharacters)));
  }

  void strings() {
    std::vector<std::pair<size_t, const InternedString*>> rows;
    size_t number = 0;
    for (const InternedString& s : r_.strings()) {
      if (s.at_start) continue;
      number++;
      if (options().library || !is_library(s.place)) rows.push_back({number, &s});
    }
    TableText::title("Strings interned");
    line(fmt::format("{:>6} {:>6}  {:<24} {:<28} {:<28} {}", "number", "hits", "string", "where", "instruction",
                     "source"));
    for (size_t i = 0; i < shown(rows.size()); i++) {
      const auto& [n, s] = rows[i];
      line(fmt::format("{:>6} {:>6}  {:<24} {}", n, s->hits, shortened(s->repr, 22) + (s->forgotten ? " -" : ""),
                       place_text(s->place)));
    }
    more(rows.size());
  }

  void places() {
    std::vector<Recorder::PlaceHits> all = r_.places(), rows;
    Recorder::PlaceHits rest{};
    for (const auto& row : all) {
      if (options().library || !is_library(row.place)) {
        rows.push_back(row);
      } else {
        for (size_t k = 0; k < kKinds; k++) rest.hits[k] += row.hits[k];
      }
    }
    TableText::title("Found instead of made anew, by place");
    line(fmt::format("{:>7} {:>7} {:>7}  {:<28} {:<28} {}", "strings", "ints", "chars", "where", "instruction",
                     "source"));
    auto put = [&](const Recorder::PlaceHits& row, const std::string& place) {
      line(fmt::format("{:>7} {:>7} {:>7}  {}", row.hits[kStrings], row.hits[kInts], row.hits[kCharacters], place));
    };
    for (size_t i = 0; i < shown(rows.size()); i++) put(rows[i], place_text(rows[i].place));
    more(rows.size());
    if (rest.hits[kStrings] + rest.hits[kInts] + rest.hits[kCharacters]) put(rest, "(library code)");
  }

  void values(Kind kind, const char* title) {
    if (r_.values(kind).empty()) return;
    std::vector<std::pair<std::string, uint64_t>> rows(r_.values(kind).begin(), r_.values(kind).end());
    // Those that are alike in hits in the order of their length, which puts numbers in order.
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first.size() < b.first.size();
    });
    TableText::title(title);
    line(fmt::format("{:>9}  {}", "times", "value"));
    for (size_t i = 0; i < shown(rows.size()); i++) line(fmt::format("{:>9}  {}", rows[i].second, rows[i].first));
    more(rows.size());
  }

  const Recorder& r_;
  Sources& sources_;
};

}  // namespace

void write_text(const Recorder& recorder, const TableOptions& options, Sources& sources, OutputSink& sink) {
  TextReport(recorder, options, sources, sink).write();
}

void write_json(const Recorder& r, OutputSink& sink) {
  JsonWriter json(sink);
  size_t number = 0;
  for (const InternedString& s : r.strings()) {
    json.begin_object().field("event", "interned");
    s.at_start ? json.key("number").null() : json.field("number", ++number);
    json.field("string", std::string_view(s.repr)).field("length", s.length).field("at_start", s.at_start);
    json.field("hits", s.hits).field("forgotten", s.forgotten);
    put_place(json, s.place);
    json.end_object().end_line();
  }
  for (const auto& row : r.places()) {
    json.begin_object().field("event", "hits").field("strings", row.hits[kStrings]).field("ints", row.hits[kInts]);
    json.field("characters", row.hits[kCharacters]);
    put_place(json, row.place);
    json.end_object().end_line();
  }
  for (Kind kind : {kInts, kCharacters}) {
    for (const auto& [value, hits] : r.values(kind)) {
      json.begin_object().field("event", "value").field("kind", kKindNames[kind]);
      json.field("value", std::string_view(value)).field("hits", hits).end_object().end_line();
    }
  }
}

}  // namespace minipy::intern
