// The page of a recorded run: the definitions and the chunks as they are, in base64, and a script that reads them as
// step_reader.cc does. Going anywhere replays at most one chunk.
#include <fmt/format.h>

#include <cstring>
#include <set>

#include "stdlib/minipy/html.h"
#include "stdlib/minipy/step_writers.h"

namespace minipy::step {

namespace {

constexpr char kStyle[] =
#include "stdlib/minipy/step_page_style.inc"
    ;
constexpr char kBody[] =
#include "stdlib/minipy/step_page_body.inc"
    ;
constexpr char kScript[] =
#include "stdlib/minipy/step_page_script.inc"
    ;

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void write_base64(OutputSink& sink, const uint8_t* p, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; i += 3) {
    uint32_t v = static_cast<uint32_t>(p[i]) << 16;
    if (i + 1 < n) v |= static_cast<uint32_t>(p[i + 1]) << 8;
    if (i + 2 < n) v |= p[i + 2];
    out += kDigits[v >> 18];
    out += kDigits[(v >> 12) & 63];
    out += i + 1 < n ? kDigits[(v >> 6) & 63] : '=';
    out += i + 2 < n ? kDigits[v & 63] : '=';
    if (out.size() > 32768) {
      sink.write(out);
      sink.end_record();
      out.clear();
    }
  }
  sink.write(out);
}

}  // namespace

void write_page(Reader& r, const std::string& title, Sources& sources, OutputSink& sink) {
  r.read_definitions();
  Shared* s = r.shared();
  sink.write(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<title>" +
      html_escaped(title) + " — minipy</title>\n<style>\n");
  sink.write(kStyle);
  sink.write("</style></head>\n<body>\n");
  sink.write(kBody);
  sink.write("<script>\n\"use strict\";\nconst DATA = ");
  JsonStyle style;
  style.in_script = true;
  JsonWriter json(sink, style);
  json.begin_object().field("title", std::string_view(title)).key("opcodes").begin_array();
  for (int i = 0; i < 256; i++) json.value(opcode_text(i));
  json.end_array().key("sources").begin_object();
  std::set<std::string> files;
  for (size_t i = 1; i <= r.code_count(); i++) files.insert(r.code(static_cast<uint32_t>(i)).file);
  for (const std::string& file : files) {
    const std::vector<std::string>& lines = sources.lines(file);
    if (lines.empty()) continue;
    json.key(file).begin_array();
    for (const std::string& line : lines) json.value(std::string_view(line));
    json.end_array();
  }
  json.end_object().key("definitions").raw("\"");
  write_base64(sink, definition_data(s), s->definition_bytes.load(std::memory_order_acquire));
  sink.write("\"");
  json.key("chunks").begin_array();
  uint64_t last = s->chunk_count.load(std::memory_order_acquire);
  for (uint64_t n = s->first_chunk.load(std::memory_order_acquire); n < last; n++) {
    const Chunk* c = chunk_entry(s, n);
    if (!c->steps) continue;
    json.begin_object().field("first", c->first_step).field("steps", c->steps).key("data").raw("\"");
    write_base64(sink, chunk_data(s, c), c->bytes);
    sink.write("\"");
    json.end_object();
  }
  json.end_array().end_object();
  sink.write(";\n");
  sink.write(kScript);
  sink.write("</script>\n</body></html>\n");
  sink.end_record();
}

}  // namespace minipy::step
