#include "runtime/code_tables.h"

namespace minipy {

// Six bits a byte, least significant first; bit 6: more follow.
int LocationReader::read_varint() {
  unsigned byte = read_byte();
  unsigned value = byte & 63;
  for (unsigned shift = 6; (byte & 64) && shift < 32; shift += 6) {
    byte = read_byte();
    value |= (byte & 63) << shift;
  }
  return static_cast<int>(value);
}

// The sign is bit 0.
int LocationReader::read_signed_varint() {
  unsigned value = static_cast<unsigned>(read_varint());
  return (value & 1) ? -static_cast<int>(value >> 1) : static_cast<int>(value >> 1);
}

bool LocationReader::next() {
  if (next_ >= limit_) return false;
  unsigned first = read_byte();
  int kind = (first >> 3) & 15;
  start_ = end_;
  end_ += static_cast<int>((first & 7) + 1) * 2;
  position_ = {-1, -1, -1, -1};
  switch (kind) {
    case 15: return true;  // no location
    case 14:               // long form
      computed_line_ += read_signed_varint();
      position_.end_line = computed_line_ + read_varint();
      position_.column = read_varint() - 1;
      position_.end_column = read_varint() - 1;
      break;
    case 13:  // no columns
      computed_line_ += read_signed_varint();
      position_.end_line = computed_line_;
      break;
    case 10:
    case 11:
    case 12:  // one line, a little further down
      computed_line_ += kind - 10;
      position_.end_line = computed_line_;
      position_.column = static_cast<int>(read_byte());
      position_.end_column = static_cast<int>(read_byte());
      break;
    default: {  // short form, same line
      unsigned second = read_byte();
      position_.end_line = computed_line_;
      position_.column = kind * 8 + static_cast<int>(second >> 4);
      position_.end_column = position_.column + static_cast<int>(second & 15);
    }
  }
  position_.line = computed_line_;
  return true;
}

constinit bool g_no_debug_ranges = false;

Ref<Bytes> locations_without_columns(const Code* code) {
  BytesBuilder out(code->linetable->base.size);
  LocationReader reader(code);
  int line = code->firstlineno;
  while (reader.next()) {
    int units = (reader.end() - reader.start()) / 2;
    bool has_line = reader.position().line >= 0;
    TRY(out.append_byte(static_cast<char>(0x80 | (has_line ? 13 : 15) << 3 | (units - 1))));
    if (!has_line) continue;
    int delta = reader.computed_line() - line;
    line = reader.computed_line();
    // The sign is bit 0.
    unsigned value = delta < 0 ? static_cast<unsigned>(-delta) << 1 | 1 : static_cast<unsigned>(delta) << 1;
    for (; value > 63; value >>= 6) TRY(out.append_byte(static_cast<char>(64 | (value & 63))));
    TRY(out.append_byte(static_cast<char>(value)));
  }
  return out.finish();
}

// Six bits a byte, most significant first; bit 6: more follow (bit 7 marks an entry's first byte).
int HandlerReader::read_varint() {
  if (next_ >= limit_) return 0;
  unsigned byte = *next_++;
  unsigned value = byte & 63;
  while ((byte & 64) && next_ < limit_) {
    byte = *next_++;
    value = (value << 6) | (byte & 63);
  }
  return static_cast<int>(value);
}

bool HandlerReader::next(HandlerEntry* entry) {
  if (next_ >= limit_) return false;
  entry->start = read_varint() * 2;
  entry->end = entry->start + read_varint() * 2;
  entry->target = read_varint() * 2;
  int depth_and_lasti = read_varint();
  entry->depth = depth_and_lasti >> 1;
  entry->push_lasti = depth_and_lasti & 1;
  return true;
}

CodePosition code_position_of(const Code* code, int byte_offset) {
  if (byte_offset < 0) return {code->firstlineno, -1, -1, -1};
  LocationReader reader(code);
  while (reader.next()) {
    if (byte_offset < reader.end()) return reader.position();
  }
  return {-1, -1, -1, -1};
}

int code_line_of(const Code* code, int byte_offset) { return code_position_of(code, byte_offset).line; }

bool code_find_handler(const Code* code, int byte_offset, int* handler, int* depth, bool* push_lasti) {
  HandlerReader reader(code);
  HandlerEntry entry;
  // Entries are sorted by start and do not overlap.
  while (reader.next(&entry)) {
    if (entry.start > byte_offset) return false;
    if (byte_offset < entry.end) {
      *handler = entry.target;
      *depth = entry.depth;
      *push_lasti = entry.push_lasti;
      return true;
    }
  }
  return false;
}

}  // namespace minipy
