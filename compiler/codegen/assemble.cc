// The graph as bytes: instructions with caches and EXTENDED_ARG, the location table (PEP 657) and the exception table.
#include <string>

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
void compute_offsets(FlowGraph& g) {
  bool changed = true;
  while (changed) {
    changed = false;
    int offset = 0;
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
}

void emit_code(FlowGraph& g, std::string& out) {
  for (Block* b = g.entry; b; b = b->next) {
    for (Instruction& in : b->code) {
      unsigned arg = written_operand(in);
      auto pair = [&](int op, unsigned a) {
        out += static_cast<char>(op);
        out += static_cast<char>(a & 0xff);
      };
      if (arg > 0xffffff) pair(OP_EXTENDED_ARG, arg >> 24);
      if (arg > 0xffff) pair(OP_EXTENDED_ARG, arg >> 16);
      if (arg > 0xff) pair(OP_EXTENDED_ARG, arg >> 8);
      pair(in.opcode, arg);
      for (int i = 0; i < opcode_caches(in.opcode); i++) pair(OP_CACHE, 0);
    }
  }
}

// ---- Locations
// -----------------------------------------------------------------------------------------------------------

class LocationWriter {
 public:
  explicit LocationWriter(int first_line) : line_(first_line) {}
  std::string out;

  // `units` code units at `loc`.
  void write(const ast::Location& loc, int units) {
    for (; units > 8; units -= 8) entry(loc, 8);
    entry(loc, units);
  }

 private:
  enum Code { kOneLine0 = 10, kNoColumns = 13, kLong = 14, kNone = 15 };

  void first_byte(int code, int units) { out += static_cast<char>(128 | (code << 3) | (units - 1)); }
  void varint(unsigned v) {
    while (v >= 64) {
      out += static_cast<char>(64 | (v & 63));
      v >>= 6;
    }
    out += static_cast<char>(v);
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
        out += static_cast<char>(((column & 7) << 4) | (end_column - column));
        return;
      }
      if (delta >= 0 && delta < 3 && column < 128 && end_column < 128) {
        first_byte(kOneLine0 + delta, units);
        out += static_cast<char>(column);
        out += static_cast<char>(end_column);
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

  int line_;
};

// ---- Exceptions
// ----------------------------------------------------------------------------------------------------------

// Six bits a byte, most significant first; the first byte of an entry has bit 7 set, all but the last bit 6.
void exception_item(std::string& out, unsigned value, unsigned first) {
  for (int shift = 24; shift > 0; shift -= 6) {
    if (value >> shift) {
      out += static_cast<char>(((value >> shift) & 0x3f) | 0x40 | first);
      first = 0;
    }
  }
  out += static_cast<char>((value & 0x3f) | first);
}

void exception_entry(std::string& out, int start, int end, const Block* handler) {
  int depth = handler->start_depth - 1;
  if (handler->preserve_lasti) depth--;
  exception_item(out, static_cast<unsigned>(start), 0x80);
  exception_item(out, static_cast<unsigned>(end - start), 0);
  exception_item(out, static_cast<unsigned>(handler->offset), 0);
  exception_item(out, (static_cast<unsigned>(depth) << 1) | handler->preserve_lasti, 0);
}

void emit_exceptions(FlowGraph& g, std::string& out) {
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

Status assemble_graph(FlowGraph& g, int first_line, AssembledCode& out) {
  compute_offsets(g);
  std::string code, exceptions;
  emit_code(g, code);
  LocationWriter locations(first_line);
  for (Block* b = g.entry; b; b = b->next) {
    for (Instruction& in : b->code) locations.write(in.loc, unit_size(in));
  }
  emit_exceptions(g, exceptions);
  out.code = bytes_from(code);
  out.line_table = bytes_from(locations.out);
  out.exception_table = bytes_from(exceptions);
  return out.code && out.line_table && out.exception_table ? kOk : Status::failed();
}

}  // namespace minipy
