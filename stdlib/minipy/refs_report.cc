#include "stdlib/minipy/refs_report.h"

#include <fmt/format.h>

#include <map>

#include "stdlib/minipy/json_writer.h"

namespace minipy::refs {

namespace {

constexpr CodePosition kNoPosition{-1, -1, -1, -1};

const CodePosition& position_of(const Place& p) {
  return p.code ? p.code->units[static_cast<size_t>(p.unit)].position : kNoPosition;
}
std::string base_name(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}
std::string where_text(const Place& p) {
  if (!p.code) return "outside the program";
  int line = position_of(p).line;
  std::string text = base_name(p.code->file) + (line > 0 ? fmt::format(":{}", line) : "");
  return text + " " + p.code->qualified_name;
}
std::string instruction_of(const Place& p) { return p.code ? p.code->units[static_cast<size_t>(p.unit)].text : ""; }

// The text that the instruction was compiled from, on one line.
std::string source_of(const Place& p, step::Sources& sources) {
  const CodePosition& at = position_of(p);
  if (at.line <= 0) return "";
  const std::vector<std::string>& lines = sources.lines(p.code->file);
  if (static_cast<size_t>(at.line) > lines.size()) return "";
  const std::string& line = lines[static_cast<size_t>(at.line) - 1];
  size_t begin = std::min(line.size(), static_cast<size_t>(std::max(at.column, 0)));
  size_t end = at.end_line == at.line && at.end_column >= 0 ? std::min(line.size(), static_cast<size_t>(at.end_column))
                                                            : line.size();
  std::string text = line.substr(begin, end > begin ? end - begin : 0);
  if (at.end_line > at.line) text += " ...";
  return text;
}

std::string line_text(const std::string& file, int line, step::Sources& sources) {
  const std::vector<std::string>& lines = sources.lines(file);
  if (line <= 0 || static_cast<size_t>(line) > lines.size()) return "";
  const std::string& text = lines[static_cast<size_t>(line) - 1];
  size_t begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin);
}

std::string shortened(std::string text, size_t width) {
  if (text.size() <= width) return text;
  size_t end = width - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) end--;  // not inside a character
  return text.substr(0, end) + "...";
}

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

void write_changes(const Watched& w, step::Sources& sources, size_t limit, OutputSink& sink) {
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

void write_balances(const Watched& w, step::Sources& sources, OutputSink& sink) {
  sink.write(fmt::format("\n{:>8} {:>6} {:>7}  {}\n", "+", "-", "net", "by line"));
  for (const auto& [place, b] : balances_of(w)) {
    const auto& [file, line] = place;
    std::string where =
        file.empty() ? "outside the program" : base_name(file) + (line > 0 ? fmt::format(":{}", line) : "");
    std::string text = file.empty() ? "" : shortened(line_text(file, line, sources), 70);
    sink.write(fmt::format("{:>8} {:>6} {:>+7}  {}{}{}\n", b.plus, -b.minus, b.plus + b.minus, where,
                           text.empty() ? "" : "  ", text));
  }
}

}  // namespace

void write_text(const std::vector<Watched>& watched, step::Sources& sources, size_t limit, OutputSink& sink) {
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

namespace {

void put_place(JsonWriter& json, const Place& p) {
  if (!p.code) {
    for (const char* name : {"file", "function", "line", "end_line", "column", "end_column", "offset", "instruction"}) {
      json.key(name).null();
    }
    return;
  }
  const CodePosition& at = position_of(p);
  json.field("file", std::string_view(p.code->file)).field("function", std::string_view(p.code->qualified_name));
  auto number = [&](const char* name, int v) { v < 0 ? json.key(name).null() : json.field(name, v); };
  number("line", at.line);
  number("end_line", at.end_line);
  number("column", at.column);
  number("end_column", at.end_column);
  json.field("offset", 2 * p.unit).field("instruction", std::string_view(instruction_of(p)));
}

}  // namespace

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
