// The graph as bytes: instructions with caches and EXTENDED_ARG, the location table (PEP 657) and the exception table.
#include <cstring>

#include "compiler/codegen/codegen.h"
#include "runtime/bytes.h"

namespace minipy {
namespace {

// What is written of an operand: instructions without one may carry what is left of another's.
unsigned written_operand(const Instruction& in) {
  return opcode_has_arg(in.opcode) ? static_cast<unsigned>(in.oparg) : 0;
}

int unit_size(const Instruction& in) {
  unsigned arg = written_operand(in);
  int extended = (arg > 0xffffff) + (arg > 0xffff) + (arg > 0xff);
  return extended + 1 + opcode_caches(in.opcode);
}

bool is_backward(int op) { return kInstructions[op].operand == kJumpBackward; }

// Jump distances depend on the sizes of instructions, which depend on the distances: repeated until nothing changes.
// Returns the number of code units.
int compute_offsets(FlowGraph& g) {
  int offset = 0;
  bool changed = true;
  while (changed) {
    changed = false;
    offset = 0;
    for (Block* b = g.entry; b; b = b->next) {
      b->offset = offset;
      for (Instruction& in : b->code) offset += unit_size(in);
    }
    offset = 0;
    for (Block* b = g.entry; b; b = b->next) {
      for (Instruction& in : b->code) {
        int size = unit_size(in);
        offset += size;
        if (!in.is_jump()) continue;
        int distance = is_backward(in.opcode) ? offset - in.target->offset : in.target->offset - offset;
        in.oparg = distance;
        if (unit_size(in) != size) changed = true;
      }
    }
  }
  return offset;
}

void emit_code(FlowGraph& g, int units, ByteBuffer& out) {
  char* p = out.room(static_cast<size_t>(units) * 2);
  auto pair = [&](int op, unsigned a) {
    *p++ = static_cast<char>(op);
    *p++ = static_cast<char>(a & 0xff);
  };
  for (Block* b = g.entry; b; b = b->next) {
    for (Instruction& in : b->code) {
      unsigned arg = written_operand(in);
      if (arg > 0xff) {
        if (arg > 0xffffff) pair(OP_EXTENDED_ARG, arg >> 24);
        if (arg > 0xffff) pair(OP_EXTENDED_ARG, arg >> 16);
        pair(OP_EXTENDED_ARG, arg >> 8);
      }
      pair(in.opcode, arg);
      // CACHE is number 0.
      size_t caches = static_cast<size_t>(opcode_caches(in.opcode)) * 2;
      std::memset(p, 0, caches);
      p += caches;
    }
  }
  out.written_to(p);
}
static_assert(OP_CACHE == 0);

// ---- Locations
// -----------------------------------------------------------------------------------------------------------

class LocationWriter {
 public:
  LocationWriter(ByteBuffer& out, int first_line) : out_(out), line_(first_line) {}

  // `units` code units at `loc`.
  void write(const ast::Location& loc, int units) {
    next_ = out_.room(kLongestEntry * (static_cast<size_t>(units) / 8 + 1));
    for (; units > 8; units -= 8) entry(loc, 8);
    entry(loc, units);
    out_.written_to(next_);
  }

 private:
  enum Code { kOneLine0 = 10, kNoColumns = 13, kLong = 14, kNone = 15 };
  static constexpr size_t kLongestEntry = 1 + 4 * 6;

  void first_byte(int code, int units) { *next_++ = static_cast<char>(128 | (code << 3) | (units - 1)); }
  void varint(unsigned v) {
    while (v >= 64) {
      *next_++ = static_cast<char>(64 | (v & 63));
      v >>= 6;
    }
    *next_++ = static_cast<char>(v);
  }
  void signed_varint(int v) { varint(v < 0 ? (static_cast<unsigned>(-v) << 1) | 1 : static_cast<unsigned>(v) << 1); }

  void entry(const ast::Location& loc, int units) {
    if (loc.lineno < 0) {
      first_byte(kNone, units);
      return;
    }
    int delta = loc.lineno - line_;
    int column = loc.col_offset, end_column = loc.end_col_offset;
    if (column < 0 || end_column < 0) {
      if (loc.end_lineno == loc.lineno || loc.end_lineno == -1) {
        first_byte(kNoColumns, units);
        signed_varint(delta);
        line_ = loc.lineno;
        return;
      }
    } else if (loc.end_lineno == loc.lineno) {
      if (delta == 0 && column < 80 && end_column - column < 16 && end_column >= column) {
        // Short form: 3 bits of the column in the code.
        first_byte(column >> 3, units);
        *next_++ = static_cast<char>(((column & 7) << 4) | (end_column - column));
        return;
      }
      if (delta >= 0 && delta < 3 && column < 128 && end_column < 128) {
        first_byte(kOneLine0 + delta, units);
        *next_++ = static_cast<char>(column);
        *next_++ = static_cast<char>(end_column);
        line_ = loc.lineno;
        return;
      }
    }
    first_byte(kLong, units);
    signed_varint(delta);
    varint(static_cast<unsigned>(loc.end_lineno - loc.lineno));
    varint(static_cast<unsigned>(column + 1));
    varint(static_cast<unsigned>(end_column + 1));
    line_ = loc.lineno;
  }

  ByteBuffer& out_;
  char* next_ = nullptr;
  int line_;
};

// ---- Exceptions
// ----------------------------------------------------------------------------------------------------------

// Six bits a byte, most significant first; the first byte of an entry has bit 7 set, all but the last bit 6.
char* exception_item(char* p, unsigned value, unsigned first) {
  for (int shift = 24; shift > 0; shift -= 6) {
    if (value >> shift) {
      *p++ = static_cast<char>(((value >> shift) & 0x3f) | 0x40 | first);
      first = 0;
    }
  }
  *p++ = static_cast<char>((value & 0x3f) | first);
  return p;
}

void exception_entry(ByteBuffer& out, int start, int end, const Block* handler) {
  int depth = handler->start_depth - 1;
  if (handler->preserve_lasti) depth--;
  char* p = out.room(4 * 5);
  p = exception_item(p, static_cast<unsigned>(start), 0x80);
  p = exception_item(p, static_cast<unsigned>(end - start), 0);
  p = exception_item(p, static_cast<unsigned>(handler->offset), 0);
  p = exception_item(p, (static_cast<unsigned>(depth) << 1) | handler->preserve_lasti, 0);
  out.written_to(p);
}

void emit_exceptions(FlowGraph& g, ByteBuffer& out) {
  const Block* handler = nullptr;
  int offset = 0, start = -1;
  for (Block* b = g.entry; b; b = b->next) {
    offset = b->offset;
    for (Instruction& in : b->code) {
      if (in.handler != handler) {
        if (handler) exception_entry(out, start, offset, handler);
        start = offset;
        handler = in.handler;
      }
      offset += unit_size(in);
    }
  }
  if (handler) exception_entry(out, start, offset, handler);
}

}  // namespace

Status assemble_graph(FlowGraph& g, int first_line, ByteBuffer& buffer, AssembledCode& out) {
  auto take = [&] {
    Ref<Object> bytes = bytes_from(buffer.view());
    buffer.clear();
    return bytes;
  };
  int units = compute_offsets(g);
  emit_code(g, units, buffer);
  out.code = TRY(take());
  LocationWriter locations(buffer, first_line);
  for (Block* b = g.entry; b; b = b->next) {
    for (Instruction& in : b->code) locations.write(in.loc, unit_size(in));
  }
  out.line_table = TRY(take());
  emit_exceptions(g, buffer);
  out.exception_table = TRY(take());
  return kOk;
}

}  // namespace minipy
