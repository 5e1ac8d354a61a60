// Code objects: construction and checks, attributes, comparison. The tables' readers: runtime/code_tables.cc.
#include <new>
#include <optional>
#include <string>

#include "gc/counted_object.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/code_adaptive.h"
#include "runtime/code_tables.h"
#include "runtime/constant_key.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/native_stack.h"
#include "runtime/slot.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/uncounted.h"
#include "runtime/weakref.h"

namespace minipy {

Ref<Object> (*g_code_adaptive_hook)(Code*) = nullptr;

void (*g_code_runtime_free)(CodeRuntime*) = nullptr;
extern Type line_iterator_type, positions_iterator_type;

namespace {

// CPython's header part, which __sizeof__ and __basicsize__ show; the bytecode follows it there.
constexpr ssize kVisibleHeaderSize = 184;

// ---- Construction --------------------------------------------------------------------------------------------------

bool looks_like_name(const Str* s) {
  if (!str_is_ascii(s)) return false;
  const char* data = static_cast<const char*>(str_data(s));
  for (ssize i = 0; i < str_length(s); i++) {
    char c = data[i];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

Status intern_names(Tuple* names) {
  for (ssize i = 0; i < tuple_size(names); i++) {
    if (!is_exactly(names->items[i], &str_type)) return raise(SystemError, "non-string found in code slot");
    Ref<Str> s = Ref<Str>::steal(cast<Str>(names->items[i]));
    str_intern(s);
    names->items[i] = as_object(s.release());
  }
  return kOk;
}

// Interns constants that look like names; tuples recursively. True in *changed when an item was replaced.
Status intern_constants(Tuple* constants, bool* changed = nullptr);

// Equal strings would be the same key: the set is made anew where interned members take the place of others.
Status intern_frozenset(Object*& constant) {
  Set* old = cast<Set>(constant);
  Ref<Tuple> members;
  {
    CountedObject iterator;  // CPython goes through the set by one
    members = TRY(tuple_new(old->used));
    ssize position = 0, n = 0;
    Object* key;
    hash_t hash;
    while (set_next(old, &position, &key, &hash)) members->items[n++] = share(key).release();
  }
  bool changed = false;
  if (!intern_constants(members.get(), &changed)) return Status::failed();
  if (!changed) return kOk;
  Ref<Set> made = TRY(frozenset_new(as_object(members.get())));
  replace_field(constant, Ref<Object>(std::move(made)));
  return kOk;
}

Status intern_constants(Tuple* constants, bool* changed) {
  for (ssize i = 0; i < tuple_size(constants); i++) {
    Object* item = constants->items[i];
    if (is_exactly(item, &str_type)) {
      if (looks_like_name(cast<Str>(item))) {
        Ref<Str> s = Ref<Str>::steal(cast<Str>(item));
        str_intern(s);
        constants->items[i] = as_object(s.release());
        if (changed) *changed |= constants->items[i] != item;
      }
    } else if (is_exactly(item, &tuple_type)) {
      if (!native_stack_left(" during compilation") || !intern_constants(cast<Tuple>(item))) return Status::failed();
    } else if (is_exactly(item, &frozenset_type)) {
      if (!intern_frozenset(constants->items[i])) return Status::failed();
    }
  }
  return kOk;
}

Status check_spec(const CodeSpec& spec) {
  bool valid = spec.argcount >= spec.posonlyargcount && spec.posonlyargcount >= 0 && spec.kwonlyargcount >= 0 &&
               spec.stacksize >= 0 && spec.flags >= 0 && spec.code && spec.consts && spec.names &&
               spec.localsplusnames && spec.localspluskinds && spec.filename && spec.name && spec.qualname &&
               spec.linetable && spec.exceptiontable &&
               tuple_size(spec.localsplusnames) == spec.localspluskinds->base.size;
  if (!valid) {
    (void)raise_bad_internal_call(__FILE__, __LINE__);
    return Status::failed();
  }
  if (spec.code->base.size % 2) return raise(ValueError, "code: co_code is malformed");
  if (!intern_names(spec.names) || !intern_constants(spec.consts) || !intern_names(spec.localsplusnames)) {
    return Status::failed();
  }
  ssize nlocals = 0;
  for (char kind : bytes_view(spec.localspluskinds)) nlocals += (kind & kLocalPlain) != 0;
  ssize arguments = ssize{spec.argcount} + spec.kwonlyargcount + ((spec.flags & kCoVarArgs) != 0) +
                    ((spec.flags & kCoVarKeywords) != 0);
  if (arguments > nlocals) return raise(ValueError, "code: co_varnames is too small");
  return kOk;
}

void count_locals(Code* code) {
  for (char kind : bytes_view(code->localspluskinds)) {
    if (kind & kLocalPlain) {
      code->nlocals++;
      if (kind & kLocalCell) code->ncellvars++;
    } else if (kind & kLocalCell) {
      code->ncellvars++;
      code->nplaincellvars++;
    } else if (kind & kLocalFree) {
      code->nfreevars++;
    }
  }
}

// The first instruction that tracing may show: the prologue (cells, free variables, generator creation) is none of
// the program's business.
int find_first_traceable(const Bytes* code) {
  constexpr unsigned char kResume = 151;
  for (ssize i = 0; i + 1 < code->base.size; i += 2) {
    if (static_cast<unsigned char>(code->data[i]) == kResume) return static_cast<int>(i / 2);
  }
  return static_cast<int>(code->base.size / 2);
}

}  // namespace

Ref<Code> code_new(const CodeSpec& spec) {
  TRY(check_spec(spec));
  Code* code = object_new<Code>(&code_type);
  if (!code) return nullptr;
  code->base.size = spec.code->base.size / 2;
  code->consts = as_object(share(spec.consts).release());
  code->names = as_object(share(spec.names).release());
  code->exceptiontable = as_object(share(spec.exceptiontable).release());
  code->flags = spec.flags;
  code->warmup = 0;
  code->frozen = 0;
  code->argcount = spec.argcount;
  code->posonlyargcount = spec.posonlyargcount;
  code->kwonlyargcount = spec.kwonlyargcount;
  code->stacksize = spec.stacksize;
  code->firstlineno = spec.firstlineno;
  code->nlocalsplus = static_cast<int>(tuple_size(spec.localsplusnames));
  code->nlocals = code->nplaincellvars = code->ncellvars = code->nfreevars = 0;
  code->localsplusnames = share(spec.localsplusnames).release();
  code->localspluskinds = share(spec.localspluskinds).release();
  code->filename = share(spec.filename).release();
  code->name = share(spec.name).release();
  code->qualname = share(spec.qualname).release();
  code->linetable = share(spec.linetable).release();
  code->weakreflist = nullptr;
  code->code = share(spec.code).release();
  code->runtime = nullptr;
  code->first_traceable = find_first_traceable(spec.code);
  code->pad_ = 0;
  code->extra = nullptr;
  code->version = 0;
  count_locals(code);
  auto made = Ref<Code>::steal(code);
  if (g_no_debug_ranges) {
    auto table = TRY(locations_without_columns(code));
    replace_field(code->linetable, std::move(table));
  }
  return made;
}

namespace {

Ref<Object> names_of_kind(Code* code, LocalKind kind) {
  const char* kinds = code->localspluskinds->data;
  ssize count = 0;
  for (int i = 0; i < code->nlocalsplus; i++) count += (kinds[i] & kind) != 0;
  Ref<Tuple> names = TRY(tuple_new(count));
  ssize n = 0;
  for (int i = 0; i < code->nlocalsplus; i++) {
    if (kinds[i] & kind) names->items[n++] = share(code->localsplusnames->items[i]).release();
  }
  return names;
}

}  // namespace

Ref<Object> code_varnames(Code* code) { return names_of_kind(code, kLocalPlain); }
Ref<Object> code_cellvars(Code* code) { return names_of_kind(code, kLocalCell); }
Ref<Object> code_freevars(Code* code) { return names_of_kind(code, kLocalFree); }

namespace {

// The Python constructor's three tuples of names as one tuple with kinds. Fills spec's two fields, which `out` owns.
struct LocalsLayout {
  Ref<Tuple> names;
  Ref<Bytes> kinds;
};

bool tuple_has(Tuple* t, Object* name) {
  for (ssize i = 0; i < tuple_size(t); i++) {
    if (str_equal(cast<Str>(t->items[i]), cast<Str>(name))) return true;
  }
  return false;
}

// Exact copies of str subclasses; TypeError for anything else.
Ref<Tuple> checked_names(Tuple* names) {
  Ref<Tuple> copy = TRY(tuple_new(tuple_size(names)));
  for (ssize i = 0; i < tuple_size(names); i++) {
    Object* item = names->items[i];
    if (!is_str(item)) {
      return raise(TypeError, "name tuples must contain only strings, not '{:.500}'", type_name(item));
    }
    Ref<Str> exact = is_exactly(item, &str_type) ? share(cast<Str>(item))
                                                 : str_substring(cast<Str>(item), 0, str_length(cast<Str>(item)));
    if (!exact) return nullptr;
    copy->items[i] = as_object(exact.release());
  }
  return copy;
}

Status lay_out_locals(Tuple* varnames, Tuple* cellvars, Tuple* freevars, LocalsLayout& out) {
  ssize extra_cells = 0;
  for (ssize i = 0; i < tuple_size(cellvars); i++) extra_cells += !tuple_has(varnames, cellvars->items[i]);
  ssize total = tuple_size(varnames) + extra_cells + tuple_size(freevars);
  out.names = TRY(tuple_new(total));
  // A fresh copy also where bytes of this size are shared objects.
  char small[64];
  char* kinds = total <= 64 ? small : static_cast<char*>(memory::mem_alloc(static_cast<size_t>(total)));
  if (!kinds) return raise_no_memory_error();
  ssize n = 0;
  auto add = [&](Object* name, int kind) {
    out.names->items[n] = share(name).release();
    kinds[n++] = static_cast<char>(kind);
  };
  for (ssize i = 0; i < tuple_size(varnames); i++) {
    bool is_cell = tuple_has(cellvars, varnames->items[i]);
    add(varnames->items[i], kLocalPlain | (is_cell ? kLocalCell : 0));
  }
  for (ssize i = 0; i < tuple_size(cellvars); i++) {
    if (!tuple_has(varnames, cellvars->items[i])) add(cellvars->items[i], kLocalCell);
  }
  for (ssize i = 0; i < tuple_size(freevars); i++) add(freevars->items[i], kLocalFree);
  out.kinds = bytes_new(kinds, total);
  if (kinds != small) memory::mem_free(kinds);
  return out.kinds ? kOk : Status::failed();
}

// Reads positional arguments of code() one after the other.
struct ArgumentCursor {
  VarArgs args;
  ssize next = 0;
  bool failed = false;

  int integer() {
    if (failed) return 0;
    Maybe<int> v = bind::to_int(args[next++]);
    if (!v) failed = true;
    return v ? *v : 0;
  }
  template <class T>
  T* object(T* fallback = nullptr) {
    if (failed) return nullptr;
    if (next >= args.size) return fallback;
    Object* p = args[next++];
    Type* wanted = ArgumentType<T>::type();
    if (!is_instance_of(p, wanted)) {
      failed = true;
      (void)raise(TypeError, "code() argument {} must be {}, not {}", next, wanted->name,
                  is_none(p) ? "None" : type_name(p));
      return nullptr;
    }
    return cast<T>(p);
  }
};

Ref<Object> code_create(Type*, VarArgs args) {
  if (args.size < 16) return raise(TypeError, "code expected at least 16 arguments, got {}", args.size);
  if (args.size > 18) return raise(TypeError, "code expected at most 18 arguments, got {}", args.size);
  Ref<Tuple> none = TRY(tuple_empty());
  CodeSpec spec;
  ArgumentCursor c{args};
  spec.argcount = c.integer();
  spec.posonlyargcount = c.integer();
  spec.kwonlyargcount = c.integer();
  int nlocals = c.integer();
  spec.stacksize = c.integer();
  spec.flags = c.integer();
  spec.code = c.object<Bytes>();
  spec.consts = c.object<Tuple>();
  Tuple* names = c.object<Tuple>();
  Tuple* varnames = c.object<Tuple>();
  spec.filename = c.object<Str>();
  spec.name = c.object<Str>();
  spec.qualname = c.object<Str>();
  spec.firstlineno = c.integer();
  spec.linetable = c.object<Bytes>();
  spec.exceptiontable = c.object<Bytes>();
  Tuple* freevars = c.object<Tuple>(none.get());
  Tuple* cellvars = c.object<Tuple>(none.get());
  if (c.failed) return nullptr;
  if (spec.argcount < 0) return raise(ValueError, "code: argcount must not be negative");
  if (spec.posonlyargcount < 0) return raise(ValueError, "code: posonlyargcount must not be negative");
  if (spec.kwonlyargcount < 0) return raise(ValueError, "code: kwonlyargcount must not be negative");
  if (nlocals < 0) return raise(ValueError, "code: nlocals must not be negative");
  Ref<Tuple> checked = TRY(checked_names(names))
  , var = TRY(checked_names(varnames))
  , free = TRY(checked_names(freevars))
  , cell = TRY(checked_names(cellvars));
  if (nlocals != tuple_size(varnames)) return raise(ValueError, "code: co_nlocals != len(co_varnames)");
  LocalsLayout layout;
  TRY(lay_out_locals(var.get(), cell.get(), free.get(), layout));
  spec.names = checked.get();
  spec.localsplusnames = layout.names.get();
  spec.localspluskinds = layout.kinds.get();
  return code_new(spec);
}

// ---- replace() -----------------------------------------------------------------------------------------------------

Status replace_integer(const char* name, Object* given, int& field) {
  if (!given) return kOk;
  field = TRY(bind::to_int(given));
  if (field < 0) return raise(ValueError, "{} must be a positive integer", name);
  return kOk;
}

template <class T>
Status replace_object(const char* name, Object* given, T*& field) {
  if (!given || is_none(given)) return kOk;
  Type* wanted = ArgumentType<T>::type();
  if (!is_instance_of(given, wanted)) {
    return raise(TypeError, "replace() argument '{}' must be {}, not {}", name, wanted->name, type_name(given));
  }
  field = cast<T>(given);
  return kOk;
}

Ref<Object> code_replace(Code* self, Object* argcount, Object* posonlyargcount, Object* kwonlyargcount, Object* nlocals,
                         Object* stacksize, Object* flags, Object* firstlineno, Object* code, Object* consts,
                         Object* names, Object* varnames, Object* freevars, Object* cellvars, Object* filename,
                         Object* name, Object* qualname, Object* linetable, Object* exceptiontable) {
  Ref<Object> old_varnames = TRY(code_varnames(self))
  , old_cellvars = TRY(code_cellvars(self))
  , old_freevars = TRY(code_freevars(self));
  CodeSpec spec{.argcount = self->argcount,
                .posonlyargcount = self->posonlyargcount,
                .kwonlyargcount = self->kwonlyargcount,
                .stacksize = self->stacksize,
                .flags = self->flags,
                .firstlineno = self->firstlineno,
                .code = self->code,
                .consts = cast<Tuple>(self->consts),
                .names = cast<Tuple>(self->names),
                .filename = self->filename,
                .name = self->name,
                .qualname = self->qualname,
                .linetable = self->linetable,
                .exceptiontable = cast<Bytes>(self->exceptiontable)};
  int new_nlocals = self->nlocals;
  Tuple *var = cast<Tuple>(old_varnames.get()), *cell = cast<Tuple>(old_cellvars.get()),
        *free = cast<Tuple>(old_freevars.get());
  TRY(replace_integer("co_argcount", argcount, spec.argcount));
  TRY(replace_integer("co_posonlyargcount", posonlyargcount, spec.posonlyargcount));
  TRY(replace_integer("co_kwonlyargcount", kwonlyargcount, spec.kwonlyargcount));
  TRY(replace_integer("co_nlocals", nlocals, new_nlocals));
  TRY(replace_integer("co_stacksize", stacksize, spec.stacksize));
  TRY(replace_integer("co_flags", flags, spec.flags));
  TRY(replace_integer("co_firstlineno", firstlineno, spec.firstlineno));
  TRY(replace_object("co_code", code, spec.code));
  TRY(replace_object("co_consts", consts, spec.consts));
  TRY(replace_object("co_names", names, spec.names));
  TRY(replace_object("co_varnames", varnames, var));
  TRY(replace_object("co_freevars", freevars, free));
  TRY(replace_object("co_cellvars", cellvars, cell));
  TRY(replace_object("co_filename", filename, spec.filename));
  TRY(replace_object("co_name", name, spec.name));
  TRY(replace_object("co_qualname", qualname, spec.qualname));
  TRY(replace_object("co_linetable", linetable, spec.linetable));
  TRY(replace_object("co_exceptiontable", exceptiontable, spec.exceptiontable));
  if (new_nlocals != tuple_size(var)) return raise(ValueError, "code: co_nlocals != len(co_varnames)");
  LocalsLayout layout;
  for (Tuple* t : {var, cell, free}) {
    for (ssize i = 0; i < tuple_size(t); i++) {
      if (!is_exactly(t->items[i], &str_type)) return raise(SystemError, "non-string found in code slot");
    }
  }
  TRY(lay_out_locals(var, cell, free, layout));
  spec.localsplusnames = layout.names.get();
  spec.localspluskinds = layout.kinds.get();
  return code_new(spec);
}

// ---- Comparison ----------------------------------------------------------------------------------------------------

Maybe<bool> code_equal(Code* a, Code* b) {
  if (a->argcount != b->argcount || a->posonlyargcount != b->posonlyargcount ||
      a->kwonlyargcount != b->kwonlyargcount || a->flags != b->flags || a->firstlineno != b->firstlineno ||
      a->base.size != b->base.size || !str_equal(a->name, b->name)) {
    return false;
  }
  if (bytes_view(a->code) != bytes_view(b->code) || bytes_view(a->linetable) != bytes_view(b->linetable) ||
      bytes_view(cast<Bytes>(a->exceptiontable)) != bytes_view(cast<Bytes>(b->exceptiontable))) {
    return false;
  }
  Ref<Object> key_a = TRY(constant_key(a->consts))
  , key_b = TRY(constant_key(b->consts));
  if (!TRY(object_compare_bool(key_a.get(), key_b.get(), kEq))) return false;
  if (!TRY(object_compare_bool(a->names, b->names, kEq))) return false;
  return TRY(object_compare_bool(as_object(a->localsplusnames), as_object(b->localsplusnames), kEq));
}

Ref<Object> code_compare(Object* a, Object* b, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_exactly(a, &code_type) || !is_exactly(b, &code_type))
    return not_implemented_ref();
  bool equal = TRY(code_equal(cast<Code>(a), cast<Code>(b)));
  return bool_ref(equal == (op == kEq));
}

hash_t code_hash(Object* self) {
  if (!native_stack_left(" in __hash__")) return -1;
  Code* code = cast<Code>(self);
  hash_t h = code->argcount ^ code->posonlyargcount ^ code->kwonlyargcount ^ code->flags ^ code->firstlineno;
  Object* const parts[] = {
      as_object(code->name),      code->consts,         code->names,          as_object(code->localsplusnames),
      as_object(code->linetable), code->exceptiontable, as_object(code->code)};
  for (Object* part : parts) {
    Maybe<hash_t> part_hash = object_hash(part);
    if (!part_hash) return -1;
    h ^= *part_hash;
  }
  return h == -1 ? -2 : h;
}

// ---- Iterators over the tables -------------------------------------------------------------------------------------

struct CodeIterator {
  Object base;
  Code* code;
  LocationReader reader;
  int offset;  // of co_positions: the next code unit, in bytes
};

Ref<Object> code_iterator_new(Type* type, Code* code) {
  CodeIterator* it = object_new<CodeIterator>(type);
  if (!it) return nullptr;
  it->code = share(code).release();
  new (&it->reader) LocationReader(code);
  it->offset = 0;
  return Ref<Object>::steal(as_object(it));
}
void code_iterator_dealloc(Object* self) {
  clear_field(cast<CodeIterator>(self)->code);
  memory::object_free(self);
}
Ref<Object> int_or_none(int v) { return v < 0 ? none_ref() : Ref<Object>(int_from(v)); }

// (start, end, line) of the next entry.
Ref<Object> line_iterator_next(CodeIterator* it) {
  if (it->reader.end() >= it->code->code->base.size || !it->reader.next()) return nullptr;
  Ref<Object> start = TRY(int_or_none(it->reader.start()))
  , end = TRY(int_or_none(it->reader.end()))
  , line = TRY(int_or_none(it->reader.position().line));
  return tuple_pack(start.get(), end.get(), line.get());
}

// (line, end_line, column, end_column) of the next code unit.
Ref<Object> positions_iterator_next(CodeIterator* it) {
  if (it->offset >= it->code->code->base.size) return nullptr;
  while (it->offset >= it->reader.end()) {
    if (!it->reader.next()) return nullptr;
  }
  it->offset += 2;
  const CodePosition& p = it->reader.position();
  Ref<Object> line = TRY(int_or_none(p.line))
  , end_line = TRY(int_or_none(p.end_line))
  , column = TRY(int_or_none(p.column))
  , end_column = TRY(int_or_none(p.end_column));
  return tuple_pack(line.get(), end_line.get(), column.get(), end_column.get());
}

Ref<Object> iterator_self(Object* self) { return share(self); }

}  // namespace

constinit Type line_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "line_iterator",
    .basicsize = sizeof(CodeIterator),
    .dealloc = code_iterator_dealloc,
    .flags = kTypeDefault | kTypeBaseType,
    .iter = slot<iterator_self>,
    .iternext = slot<line_iterator_next>,
};
constinit Type positions_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "positions_iterator",
    .basicsize = sizeof(CodeIterator),
    .dealloc = code_iterator_dealloc,
    .flags = kTypeDefault | kTypeBaseType,
    .iter = slot<iterator_self>,
    .iternext = slot<positions_iterator_next>,
};

namespace {

Ref<Object> code_lines(Code* code) { return code_iterator_new(&line_iterator_type, code); }
Ref<Object> code_positions(Code* code) { return code_iterator_new(&positions_iterator_type, code); }

// ---- Attributes ----------------------------------------------------------------------------------------------------

// PEP 626: computed from the line table for the sake of old programs.
Ref<Object> code_lnotab(Code* code) {
  std::string table;
  int line = code->firstlineno, offset = 0;
  LocationReader reader(code);
  while (reader.next()) {
    if (reader.computed_line() == line) continue;
    int bytes = reader.start() - offset, lines = reader.computed_line() - line;
    auto emit = [&](int b, int l) {
      table.push_back(static_cast<char>(b));
      table.push_back(static_cast<char>(l));
    };
    for (; bytes > 255; bytes -= 255) emit(255, 0);
    for (; lines > 127; lines -= 127, bytes = 0) emit(bytes, 127);
    for (; lines < -128; lines += 128, bytes = 0) emit(bytes, -128);
    emit(bytes, lines);
    offset = reader.start();
    line = reader.computed_line();
  }
  return bytes_from(table);
}

Ref<Object> code_get_code(Code* code) { return share(as_object(code->code)); }
Ref<Object> code_get_adaptive(Code* code) {
  return g_code_adaptive_hook ? g_code_adaptive_hook(code) : code_get_code(code);
}

// Memory is counted in words of 8 bytes.
Ref<Object> code_sizeof(Code* code) { return int_from((kVisibleHeaderSize + code->base.size * 2 + 7) & ~ssize{7}); }

Ref<Object> code_varname_from_oparg(Code* code, int oparg) {
  if (oparg < 0 || oparg >= code->nlocalsplus) return raise(IndexError, "tuple index out of range");
  return share(code->localsplusnames->items[oparg]);
}

Ref<Str> code_repr(Code* code) {
  int line = code->firstlineno ? code->firstlineno : -1;
  return format_message("<code object {} at 0x{:x}, file \"{}\", line {}>", code->name,
                        reinterpret_cast<uintptr_t>(code), code->filename, line);
}

void code_dealloc(Object* self) {
  Code* code = cast<Code>(self);
  if (code->weakreflist) weakref_clear_all(self);
  if (code->runtime && g_code_runtime_free) g_code_runtime_free(std::exchange(code->runtime, nullptr));
  // Only from here on, as no Python code runs any more.
  std::optional<UncountedAllocations> as_if_static;
  if (code->frozen) as_if_static.emplace();
  clear_field(code->consts);
  clear_field(code->names);
  clear_field(code->exceptiontable);
  clear_field(code->localsplusnames);
  clear_field(code->localspluskinds);
  clear_field(code->filename);
  clear_field(code->name);
  clear_field(code->qualname);
  clear_field(code->linetable);
  clear_field(code->code);
  memory::object_free(self);
}

constinit MemberDef code_members[] = {
    {"co_argcount", kMemberInt, offsetof(Code, argcount), kMemberReadonly, nullptr},
    {"co_posonlyargcount", kMemberInt, offsetof(Code, posonlyargcount), kMemberReadonly, nullptr},
    {"co_kwonlyargcount", kMemberInt, offsetof(Code, kwonlyargcount), kMemberReadonly, nullptr},
    {"co_stacksize", kMemberInt, offsetof(Code, stacksize), kMemberReadonly, nullptr},
    {"co_flags", kMemberInt, offsetof(Code, flags), kMemberReadonly, nullptr},
    {"co_names", kMemberObject, offsetof(Code, names), kMemberReadonly, nullptr},
    {"co_filename", kMemberObject, offsetof(Code, filename), kMemberReadonly, nullptr},
    {"co_name", kMemberObject, offsetof(Code, name), kMemberReadonly, nullptr},
    {"co_qualname", kMemberObject, offsetof(Code, qualname), kMemberReadonly, nullptr},
    {"co_firstlineno", kMemberInt, offsetof(Code, firstlineno), kMemberReadonly, nullptr},
    {"co_linetable", kMemberObject, offsetof(Code, linetable), kMemberReadonly, nullptr},
    {"co_consts", kMemberObject, offsetof(Code, consts), kMemberReadonly, nullptr},
    {"co_exceptiontable", kMemberObject, offsetof(Code, exceptiontable), kMemberReadonly, nullptr},
    {"co_nlocals", kMemberInt, offsetof(Code, nlocals), kMemberReadonly, nullptr},
    {},
};
constinit GetSetDef code_getset[] = {
    {"co_lnotab", getter<code_lnotab>, nullptr, nullptr, nullptr},
    {"_co_code_adaptive", getter<code_get_adaptive>, nullptr, nullptr, nullptr},
    {"co_varnames", getter<code_varnames>, nullptr, nullptr, nullptr},
    {"co_cellvars", getter<code_cellvars>, nullptr, nullptr, nullptr},
    {"co_freevars", getter<code_freevars>, nullptr, nullptr, nullptr},
    {"co_code", getter<code_get_code>, nullptr, nullptr, nullptr},
    {},
};
constinit MethodDef code_methods[] = {
    PLAIN_METHOD(code_sizeof, "__sizeof__(self, /)", "Size in memory, in bytes."),
    PLAIN_METHOD(code_lines, "co_lines(self, /)", "Iterates over (start, end, line) of ranges of bytecode."),
    PLAIN_METHOD(code_positions, "co_positions(self, /)",
                 "Iterates over (line, end line, column, end column) of each code unit."),
    METHOD(code_replace,
           "replace(self, /, *, co_argcount=-1, co_posonlyargcount=-1, co_kwonlyargcount=-1, co_nlocals=-1, "
           "co_stacksize=-1, co_flags=-1, co_firstlineno=-1, co_code=None, co_consts=None, co_names=None, "
           "co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, co_qualname=None, "
           "co_linetable=None, co_exceptiontable=None)",
           "A copy with other values for the given fields."),
    METHOD(code_varname_from_oparg, "_varname_from_oparg(self, /, oparg)", "The variable that an argument stands for."),
    {},
};

}  // namespace

constinit Type code_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "code",
    .basicsize = kVisibleHeaderSize,
    .itemsize = 2,
    .dealloc = code_dealloc,
    .repr = slot<code_repr>,
    .hash = code_hash,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault,
    .doc =
        "code(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, "
        "varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), "
        "/)\n--\n\nWhat the compiler makes of a module, a class body or a function.",
    .richcompare = slot<code_compare>,
    .weaklistoffset = offsetof(Code, weakreflist),
    .methods = code_methods,
    .members = code_members,
    .getset = code_getset,
    .new_ = NEW(code_create, "code(type, /, *args)"),
};

}  // namespace minipy
