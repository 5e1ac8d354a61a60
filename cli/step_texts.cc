// What a position in a run looks like: the texts that the line interface and the screen share.
#include <fmt/format.h>

#include <algorithm>

#include "cli/step_session.h"
#include "runtime/function.h"

namespace minipy {

using namespace step;

namespace {

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Characters up to a byte offset, and the columns they take.
size_t width_of(std::string_view text) {
  size_t width = 0;
  for (unsigned char c : text) width += (c & 0xc0) != 0x80;
  return width;
}

}  // namespace

std::string StepSession::position_text() const {
  const FrameState& f = reader_.frame();
  const CodeText& c = reader_.code();
  const InstructionText& i = reader_.instruction();
  std::string columns = i.line > 0 && i.column >= 0 ? fmt::format(":{}-{}", i.column + 1, i.end_column + 1) : "";
  std::string thread = reader_.threads().size() > 1 ? fmt::format(" thread {}", reader_.thread()) : "";
  return fmt::format("#{}{} {} ({}:{}{})  {} {}", reader_.step(), thread, c.qualified_name, base_name(c.file),
                     i.line > 0 ? std::to_string(i.line) : "-", columns, f.unit * 2, instruction_text(i));
}

std::string StepSession::source_line() const {
  const InstructionText& i = reader_.instruction();
  const std::vector<std::string>& lines = sources_.lines(reader_.code().file);
  if (i.line <= 0 || i.line > static_cast<int>(lines.size())) return "";
  return lines[static_cast<size_t>(i.line) - 1];
}

std::string StepSession::underline(int) const {
  const InstructionText& i = reader_.instruction();
  std::string line = source_line();
  if (line.empty() || i.column < 0) return "";
  size_t start = std::min(line.size(), static_cast<size_t>(i.column));
  size_t end = i.end_line == i.line && i.end_column >= 0 ? std::min(line.size(), static_cast<size_t>(i.end_column))
                                                         : line.size();
  std::string text;
  for (char c : line.substr(0, start)) {
    if ((c & 0xc0) != 0x80) text += c == '\t' ? '\t' : ' ';
  }
  text.append(std::max<size_t>(1, width_of(std::string_view(line).substr(start, end > start ? end - start : 0))), '^');
  return text;
}

StepSession::ValueLine StepSession::value_line(const std::string& name, ObjectNumber n, size_t limit) const {
  ValueLine v;
  v.name = name;
  const ObjectState* o = reader_.object(n);
  if (!o) return v;
  v.type = reader_.type_name(o->type);
  v.repr = reader_.repr(n, limit);
  v.count = o->count;
  return v;
}

std::vector<StepSession::ValueLine> StepSession::stack_values(size_t limit) const {
  const FrameState& f = reader_.frame();
  const std::vector<size_t>& changed = reader_.changed_slots();
  std::vector<ValueLine> lines;
  for (size_t k = f.slots.size(); k > reader_.stack_base(f); k--) {
    ValueLine v = value_line("", f.slots[k - 1], limit);
    v.changed = std::find(changed.begin(), changed.end(), k - 1) != changed.end();
    lines.push_back(std::move(v));
  }
  return lines;
}

std::vector<StepSession::ValueLine> StepSession::variables(size_t limit) const {
  const FrameState& f = reader_.frame();
  const CodeText& c = reader_.code();
  const std::vector<size_t>& changed = reader_.changed_slots();
  std::vector<ValueLine> lines;
  auto has = [&changed](size_t k) { return std::find(changed.begin(), changed.end(), k) != changed.end(); };
  for (size_t k = 0; k < c.variables.size() && k < f.slots.size(); k++) {
    ObjectNumber n = f.slots[k];
    const ObjectState* o = reader_.object(n);
    bool cell = o && (c.variable_kinds[k] & (kLocalCell | kLocalFree)) && reader_.type_name(o->type) == "cell";
    ValueLine v = value_line(c.variables[k], cell ? (o->fields.empty() ? 0 : o->fields[0].object) : n, limit);
    v.is_cell = cell;
    v.changed = has(k);
    if (v.count < 0 && !v.changed && !cell) continue;  // not bound yet
    lines.push_back(std::move(v));
  }
  for (size_t k = 0; k < f.names.size(); k++) {
    ValueLine v = value_line(reader_.name(f.names[k].name), f.names[k].object, limit);
    v.changed = has((size_t{1} << 32) + k);
    lines.push_back(std::move(v));
  }
  return lines;
}

std::vector<std::string> StepSession::call_stack() const {
  std::vector<std::string> lines;
  const std::vector<FrameState>& frames = reader_.frames();
  for (size_t k = frames.size(); k > 0; k--) {
    const FrameState& f = frames[k - 1];
    const CodeText& c = reader_.code(f.code);
    const InstructionText* i = c.at(f.unit);
    std::string line = i && i->line > 0 ? std::to_string(i->line) : "-";
    std::string notes = f.flags & kGenerator ? " [generator]" : "";
    if (f.flags & kOutside) notes += " [library]";
    lines.push_back(
        fmt::format("{} {}:{} @{}{}", c.qualified_name, base_name(c.file), line, std::max(0, f.unit * 2), notes));
  }
  return lines;
}

std::vector<std::string> StepSession::exception_lines() const {
  std::vector<std::string> lines;
  if (reader_.raised()) lines.push_back("raised   " + reader_.raised_text());
  if (reader_.handled()) lines.push_back("handling " + reader_.repr(reader_.handled()));
  const FrameState& f = reader_.frame();
  for (const HandlerText& h : reader_.code().handlers) {
    if (f.unit < h.start || f.unit >= h.end) continue;
    lines.push_back(
        fmt::format("on error to {}, stack cut to {}{}", h.target * 2, h.depth, h.push_place ? ", place pushed" : ""));
    break;
  }
  return lines;
}

std::string StepSession::history_text() const {
  uint64_t first = reader_.first_step(), end = reader_.end_step(), bytes = 0;
  uint64_t chunk = shared_->first_chunk.load(), last = shared_->chunk_count.load();
  for (; chunk < last; chunk++) bytes += chunk_entry(shared_, chunk)->bytes;
  bytes += shared_->definition_bytes.load();
  return fmt::format("{} steps kept ({} to {}), {:.1f} MB; at most {} steps, {} MB", end - first, first,
                     end ? end - 1 : 0, static_cast<double>(bytes) / 1e6, shared_->history,
                     shared_->chunk_slots * kChunkBytes / 1000000);
}

std::string StepSession::list_source(int around) const {
  const InstructionText& i = reader_.instruction();
  const std::vector<std::string>& lines = sources_.lines(reader_.code().file);
  if (lines.empty()) return "the source of " + reader_.code().file + " cannot be read";
  std::string text;
  int first = std::max(1, i.line - around), last = std::min(static_cast<int>(lines.size()), i.line + around);
  for (int n = first; n <= last; n++) {
    text += fmt::format("{}{:4}  {}\n", n == i.line ? ">" : " ", n, lines[static_cast<size_t>(n) - 1]);
  }
  if (!text.empty()) text.pop_back();
  return text;
}

std::string StepSession::list_code() const {
  const CodeText& c = reader_.code();
  std::string text;
  int unit = reader_.frame().unit;
  for (const InstructionText& i : c.instructions) {
    bool start = c.starts_line(i.unit);
    text += fmt::format("{:>4} {} {:4} {}\n", start ? std::to_string(i.line) : "", i.unit == unit ? "-->" : "   ",
                        i.unit * 2, instruction_text(i));
  }
  for (const HandlerText& h : c.handlers) {
    text += fmt::format("          {} to {} -> {} [{}]{}\n", h.start * 2, (h.end - 1) * 2, h.target * 2, h.depth,
                        h.push_place ? " lasti" : "");
  }
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace minipy
