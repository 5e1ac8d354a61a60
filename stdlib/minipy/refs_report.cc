#include "stdlib/minipy/refs_report.h"

#include <fmt/format.h>

#include <map>

#include "stdlib/minipy/json_writer.h"

namespace minipy::refs {

namespace {

struct Balance {
  ssize plus = 0, minus = 0;
};
using Balances = std::map<std::pair<std::string, int>, Balance>;  // by file and line; ("", 0): outside

Balances balances_of(const Watched& w) {
  Balances balances;
  for (const Change& c : w.changes) {
    Balance& b = balances[{c.place.code ? c.place.code->file : "", c.place.code ? position_of(c.place).line : 0}];
    (c.change > 0 ? b.plus : b.minus) += c.change;
  }
  return balances;
}

void write_changes(const Watched& w, Sources& sources, size_t limit, OutputSink& sink) {
  size_t n = w.changes.size();
  size_t head = limit && n > limit ? limit / 2 : n, tail = limit && n > limit ? limit - limit / 2 : 0;
  sink.write(fmt::format("{:>8} {:>6} {:>7}  {:<28} {:<28} {}\n", "step", "count", "change", "where", "instruction",
                         "source"));
  for (size_t i = 0; i < n; i++) {
    if (i == head) {
      sink.write(fmt::format("         ... {} changes more (--limit 0 shows all)\n", n - head - tail));
      i = n - tail;
    }
    if (i >= n) break;
    const Change& c = w.changes[i];
    std::string change = i == 0 && w.from_creation ? "new" : fmt::format("{:+}", c.change);
    std::string row = fmt::format("{:>8} {:>6} {:>7}  {:<28} {:<28} {}", c.step, c.count, change,
                                  shortened(where_text(c.place), 28), shortened(instruction_of(c.place), 28),
                                  c.collecting ? "(cycle collection)" : shortened(source_of(c.place, sources), 60));
    row.erase(row.find_last_not_of(' ') + 1);
    sink.write(row + "\n");
    if (i + 1 == w.changes_before) sink.write(fmt::format("         --- {}\n", w.order.line ? "found" : "bound"));
  }
}

void write_balances(const Watched& w, Sources& sources, OutputSink& sink) {
  sink.write(fmt::format("\n{:>8} {:>6} {:>7}  {}\n", "+", "-", "net", "by line"));
  for (const auto& [place, b] : balances_of(w)) {
    const auto& [file, line] = place;
    std::string where = line_place(file, line);
    std::string text = file.empty() ? "" : shortened(line_text(file, line, sources), 70);
    sink.write(fmt::format("{:>8} {:>6} {:>+7}  {}{}{}\n", b.plus, -b.minus, b.plus + b.minus, where,
                           text.empty() ? "" : "  ", text));
  }
}

}  // namespace

void write_text(const std::vector<Watched>& watched, Sources& sources, size_t limit, OutputSink& sink) {
  for (const Watched& w : watched) {
    if (&w != &watched.front()) sink.write("\n");
    if (!w.address) {
      std::string why = !w.error.empty()             ? w.error
                        : w.order.expression.empty() ? "no such variable was bound"
                                                     : "the line was not reached";
      sink.write(fmt::format("{}: nothing to show: {}\n", w.order.text, why));
      sink.end_record();
      continue;
    }
    std::string end = w.changes.empty() ? "" : fmt::format(", last count {}", w.changes.back().count);
    sink.write(fmt::format("{}: {} found at {}, {} changes{}\n", w.order.text, w.type, where_text(w.found_at),
                           w.changes.size(), end));
    if (!w.from_creation)
      sink.write("(it was there before the program, or its creation was too long ago to be kept)\n");
    write_changes(w, sources, limit, sink);
    write_balances(w, sources, sink);
    sink.end_record();
  }
}

void write_json(const std::vector<Watched>& watched, OutputSink& sink) {
  JsonWriter json(sink);
  for (const Watched& w : watched) {
    json.begin_object().field("event", "object").field("watch", std::string_view(w.order.text));
    json.field("found", w.address != nullptr);
    if (w.address) {
      json.key("address").address(w.address).field("type", std::string_view(w.type));
      json.field("from_creation", w.from_creation).field("changes_before", w.changes_before);
      put_place(json, w.found_at);
    } else {
      json.field("error", std::string_view(w.error));
    }
    json.end_object().end_line();
    for (const Change& c : w.changes) {
      json.begin_object().field("event", "change").field("watch", std::string_view(w.order.text));
      json.field("step", c.step).field("count", c.count).field("change", c.change).field("collecting", c.collecting);
      put_place(json, c.place);
      json.end_object().end_line();
    }
    for (const auto& [place, b] : balances_of(w)) {
      json.begin_object().field("event", "line").field("watch", std::string_view(w.order.text));
      place.first.empty() ? json.key("file").null() : json.field("file", std::string_view(place.first));
      place.second <= 0 ? json.key("line").null() : json.field("line", place.second);
      json.field("plus", b.plus).field("minus", -b.minus).field("net", b.plus + b.minus);
      json.end_object().end_line();
    }
  }
}

}  // namespace minipy::refs
