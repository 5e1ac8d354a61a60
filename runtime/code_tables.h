// Readers of a code object's compact tables: locations (PEP 626, PEP 657) and exception handlers.
// Formats: Objects/locations.md and Objects/exception_handling_notes.txt of CPython's documentation for 3.11.
#pragma once

#include "runtime/bytes.h"
#include "runtime/function.h"

namespace minipy {

// Steps through the entries of a location table. Offsets are bytes of bytecode.
class LocationReader {
 public:
  explicit LocationReader(const Code* code)
      : next_(reinterpret_cast<const unsigned char*>(code->linetable->data)),
        limit_(next_ + code->linetable->base.size),
        computed_line_(code->firstlineno) {}
  // False: no more entries.
  bool next();
  int start() const { return start_; }
  int end() const { return end_; }
  const CodePosition& position() const { return position_; }
  // The line that the next entry's delta counts from, also where this entry has none.
  int computed_line() const { return computed_line_; }

 private:
  unsigned read_byte() { return next_ < limit_ ? *next_++ : 0; }
  int read_varint();
  int read_signed_varint();

  const unsigned char* next_;
  const unsigned char* limit_;
  int computed_line_;
  int start_ = 0;
  int end_ = 0;
  CodePosition position_{-1, -1, -1, -1};
};

// -X no_debug_ranges: code objects are made without columns. Set once, at start-up.
extern bool g_no_debug_ranges;

// A location table with the same lines and no columns. Null: MemoryError.
Ref<Bytes> locations_without_columns(const Code* code);

struct HandlerEntry {
  int start, end, target, depth;  // byte offsets; end is exclusive
  bool push_lasti;
};
class HandlerReader {
 public:
  explicit HandlerReader(const Code* code)
      : next_(reinterpret_cast<const unsigned char*>(cast<Bytes>(code->exceptiontable)->data)),
        limit_(next_ + cast<Bytes>(code->exceptiontable)->base.size) {}
  bool next(HandlerEntry* entry);

 private:
  int read_varint();
  const unsigned char* next_;
  const unsigned char* limit_;
};

}  // namespace minipy
