#include "stdlib/minipy/layout.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstring>

#include "gc/collector.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/exceptions.h"
#include "runtime/float.h"
#include "runtime/frame_objects.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "runtime/type_internal.h"
#include "runtime/weakref.h"
#include "stdlib/minipy/describe.h"

namespace minipy {
namespace {

#define FIELD(layout, name, member, kind) \
  { name, offsetof(layout, member), sizeof(layout::member), FieldKind::kind }

constexpr FieldSpec kNoFields[] = {{}};
constexpr FieldSpec kFloat[] = {{"ob_fval", 16, 8, FieldKind::kDouble}, {}};
constexpr FieldSpec kComplex[] = {
    {"cval.real", 16, 8, FieldKind::kDouble}, {"cval.imag", 24, 8, FieldKind::kDouble}, {}};
constexpr FieldSpec kStr[] = {FIELD(Str, "length", length, kSigned),
                              FIELD(Str, "hash", hash, kSigned),
                              {"state", 32, 4, FieldKind::kHex},
                              FIELD(Str, "wstr", wstr, kPointer),
                              {}};
constexpr FieldSpec kBytes[] = {{"ob_shash", 24, 8, FieldKind::kSigned}, {}};
constexpr FieldSpec kList[] = {
    FIELD(List, "ob_item", items, kPointer), FIELD(List, "allocated", allocated, kSigned), {}};
constexpr FieldSpec kDict[] = {FIELD(Dict, "ma_used", used, kSigned),
                               FIELD(Dict, "ma_version_tag", version_tag, kUnsigned),
                               FIELD(Dict, "ma_keys", keys, kPointer),
                               FIELD(Dict, "ma_values", values, kPointer),
                               {}};
constexpr FieldSpec kSet[] = {FIELD(Set, "fill", fill, kSigned),
                              FIELD(Set, "used", used, kSigned),
                              FIELD(Set, "mask", mask, kSigned),
                              FIELD(Set, "table", table, kPointer),
                              FIELD(Set, "hash", hash, kSigned),
                              FIELD(Set, "finger", finger, kSigned),
                              FIELD(Set, "smalltable", smalltable, kBytes),
                              FIELD(Set, "weakreflist", weakreflist, kObject),
                              {}};
constexpr FieldSpec kSlice[] = {FIELD(Slice, "start", start, kObject),
                                FIELD(Slice, "stop", stop, kObject),
                                FIELD(Slice, "step", step, kObject),
                                {}};
constexpr FieldSpec kRange[] = {FIELD(Range, "start", start, kObject),
                                FIELD(Range, "stop", stop, kObject),
                                FIELD(Range, "step", step, kObject),
                                FIELD(Range, "length", length, kObject),
                                {}};
constexpr FieldSpec kFunction[] = {FIELD(Function, "func_globals", globals, kObject),
                                   FIELD(Function, "func_builtins", builtins, kObject),
                                   FIELD(Function, "func_name", name, kObject),
                                   FIELD(Function, "func_qualname", qualname, kObject),
                                   FIELD(Function, "func_code", code, kObject),
                                   FIELD(Function, "func_defaults", defaults, kObject),
                                   FIELD(Function, "func_kwdefaults", kwdefaults, kObject),
                                   FIELD(Function, "func_closure", closure, kObject),
                                   FIELD(Function, "func_doc", doc, kObject),
                                   FIELD(Function, "func_dict", dict, kObject),
                                   FIELD(Function, "func_weakreflist", weakreflist, kObject),
                                   FIELD(Function, "func_module", module, kObject),
                                   FIELD(Function, "func_annotations", annotations, kObject),
                                   FIELD(Function, "vectorcall", vectorcall, kPointer),
                                   FIELD(Function, "func_version", version, kUnsigned),
                                   {}};
constexpr FieldSpec kMethod[] = {FIELD(Method, "im_func", function, kObject),
                                 FIELD(Method, "im_self", self, kObject),
                                 FIELD(Method, "im_weakreflist", weakreflist, kObject),
                                 FIELD(Method, "vectorcall", vectorcall, kPointer),
                                 {}};
constexpr FieldSpec kBuiltinFunction[] = {FIELD(BuiltinFunction, "m_ml", def, kPointer),
                                          FIELD(BuiltinFunction, "m_self", self, kObject),
                                          FIELD(BuiltinFunction, "m_module", module, kObject),
                                          FIELD(BuiltinFunction, "m_weakreflist", weakreflist, kObject),
                                          FIELD(BuiltinFunction, "vectorcall", vectorcall, kPointer),
                                          {}};
constexpr FieldSpec kCell[] = {FIELD(Cell, "ob_ref", value, kObject), {}};
constexpr FieldSpec kModule[] = {
    FIELD(Module, "md_dict", dict, kObject),    FIELD(Module, "md_def", def, kPointer),
    FIELD(Module, "md_state", state, kPointer), FIELD(Module, "md_weaklist", weaklist, kObject),
    FIELD(Module, "md_name", name, kObject),    {}};
constexpr FieldSpec kWeakReference[] = {FIELD(WeakReference, "wr_object", object, kObject),
                                        FIELD(WeakReference, "wr_callback", callback, kObject),
                                        FIELD(WeakReference, "hash", hash, kSigned),
                                        FIELD(WeakReference, "wr_prev", prev, kObject),
                                        FIELD(WeakReference, "wr_next", next, kObject),
                                        FIELD(WeakReference, "vectorcall", vectorcall, kPointer),
                                        {}};
constexpr FieldSpec kProperty[] = {FIELD(Property, "prop_get", getter, kObject),
                                   FIELD(Property, "prop_set", setter, kObject),
                                   FIELD(Property, "prop_del", deleter, kObject),
                                   FIELD(Property, "prop_doc", doc, kObject),
                                   FIELD(Property, "prop_name", name, kObject),
                                   FIELD(Property, "getter_doc", getter_doc, kSigned),
                                   {}};
constexpr FieldSpec kClassMethod[] = {
    FIELD(ClassMethod, "cm_callable", callable, kObject), FIELD(ClassMethod, "cm_dict", dict, kObject), {}};
constexpr FieldSpec kException[] = {FIELD(BaseExceptionObject, "dict", dict, kObject),
                                    FIELD(BaseExceptionObject, "args", args, kObject),
                                    FIELD(BaseExceptionObject, "notes", notes, kObject),
                                    FIELD(BaseExceptionObject, "traceback", traceback, kObject),
                                    FIELD(BaseExceptionObject, "context", context, kObject),
                                    FIELD(BaseExceptionObject, "cause", cause, kObject),
                                    FIELD(BaseExceptionObject, "suppress_context", suppress_context, kSigned),
                                    {}};
constexpr FieldSpec kCode[] = {FIELD(Code, "co_consts", consts, kObject),
                               FIELD(Code, "co_names", names, kObject),
                               FIELD(Code, "co_exceptiontable", exceptiontable, kObject),
                               FIELD(Code, "co_flags", flags, kHex),
                               FIELD(Code, "co_warmup", warmup, kSigned),
                               FIELD(Code, "co_argcount", argcount, kSigned),
                               FIELD(Code, "co_posonlyargcount", posonlyargcount, kSigned),
                               FIELD(Code, "co_kwonlyargcount", kwonlyargcount, kSigned),
                               FIELD(Code, "co_stacksize", stacksize, kSigned),
                               FIELD(Code, "co_firstlineno", firstlineno, kSigned),
                               FIELD(Code, "co_nlocalsplus", nlocalsplus, kSigned),
                               FIELD(Code, "co_nlocals", nlocals, kSigned),
                               FIELD(Code, "co_localsplusnames", localsplusnames, kObject),
                               FIELD(Code, "co_localspluskinds", localspluskinds, kObject),
                               FIELD(Code, "co_filename", filename, kObject),
                               FIELD(Code, "co_name", name, kObject),
                               FIELD(Code, "co_qualname", qualname, kObject),
                               FIELD(Code, "co_linetable", linetable, kObject),
                               FIELD(Code, "co_weakreflist", weakreflist, kObject),
                               {}};
constexpr FieldSpec kFrame[] = {FIELD(FrameObject, "f_back", back, kObject),
                                FIELD(FrameObject, "f_frame", frame, kPointer),
                                FIELD(FrameObject, "f_trace", trace, kObject),
                                FIELD(FrameObject, "f_lineno", lineno, kSigned),
                                FIELD(FrameObject, "f_trace_lines", trace_lines, kSigned),
                                FIELD(FrameObject, "f_trace_opcodes", trace_opcodes, kSigned),
                                {}};
constexpr FieldSpec kTraceback[] = {FIELD(Traceback, "tb_next", next, kObject),
                                    FIELD(Traceback, "tb_frame", frame, kObject),
                                    FIELD(Traceback, "tb_lasti", lasti, kSigned),
                                    FIELD(Traceback, "tb_lineno", lineno, kSigned),
                                    {}};
constexpr FieldSpec kGenerator[] = {FIELD(Generator, "gi_code", code, kObject),
                                    FIELD(Generator, "gi_weakreflist", weakreflist, kObject),
                                    FIELD(Generator, "gi_name", name, kObject),
                                    FIELD(Generator, "gi_qualname", qualname, kObject),
                                    FIELD(Generator, "gi_exc_state", exc_state, kBytes),
                                    FIELD(Generator, "gi_origin_or_finalizer", origin_or_finalizer, kObject),
                                    FIELD(Generator, "gi_hooks_inited", hooks_inited, kSigned),
                                    FIELD(Generator, "gi_closed", closed, kSigned),
                                    FIELD(Generator, "gi_running_async", running_async, kSigned),
                                    FIELD(Generator, "gi_frame_state", state, kSigned),
                                    {}};
constexpr FieldSpec kType[] = {FIELD(Type, "tp_name", name, kPointer),
                               FIELD(Type, "tp_basicsize", basicsize, kSigned),
                               FIELD(Type, "tp_itemsize", itemsize, kSigned),
                               FIELD(Type, "tp_dealloc", dealloc, kPointer),
                               FIELD(Type, "tp_vectorcall_offset", vectorcall_offset, kSigned),
                               FIELD(Type, "tp_getattr", getattr, kPointer),
                               FIELD(Type, "tp_setattr", setattr, kPointer),
                               FIELD(Type, "tp_as_async", as_async, kPointer),
                               FIELD(Type, "tp_repr", repr, kPointer),
                               FIELD(Type, "tp_as_number", as_number, kPointer),
                               FIELD(Type, "tp_as_sequence", as_sequence, kPointer),
                               FIELD(Type, "tp_as_mapping", as_mapping, kPointer),
                               FIELD(Type, "tp_hash", hash, kPointer),
                               FIELD(Type, "tp_call", call, kPointer),
                               FIELD(Type, "tp_str", str, kPointer),
                               FIELD(Type, "tp_getattro", getattro, kPointer),
                               FIELD(Type, "tp_setattro", setattro, kPointer),
                               FIELD(Type, "tp_as_buffer", as_buffer, kPointer),
                               FIELD(Type, "tp_flags", flags, kHex),
                               FIELD(Type, "tp_doc", doc, kPointer),
                               FIELD(Type, "tp_traverse", traverse, kPointer),
                               FIELD(Type, "tp_clear", clear, kPointer),
                               FIELD(Type, "tp_richcompare", richcompare, kPointer),
                               FIELD(Type, "tp_weaklistoffset", weaklistoffset, kSigned),
                               FIELD(Type, "tp_iter", iter, kPointer),
                               FIELD(Type, "tp_iternext", iternext, kPointer),
                               FIELD(Type, "tp_methods", methods, kPointer),
                               FIELD(Type, "tp_members", members, kPointer),
                               FIELD(Type, "tp_getset", getset, kPointer),
                               FIELD(Type, "tp_base", base_type, kObject),
                               FIELD(Type, "tp_dict", dict, kObject),
                               FIELD(Type, "tp_descr_get", descr_get, kPointer),
                               FIELD(Type, "tp_descr_set", descr_set, kPointer),
                               FIELD(Type, "tp_dictoffset", dictoffset, kSigned),
                               FIELD(Type, "tp_init", init, kPointer),
                               FIELD(Type, "tp_alloc", alloc, kPointer),
                               FIELD(Type, "tp_new", new_, kPointer),
                               FIELD(Type, "tp_free", free, kPointer),
                               FIELD(Type, "tp_is_gc", is_gc, kPointer),
                               FIELD(Type, "tp_bases", bases, kObject),
                               FIELD(Type, "tp_mro", mro, kObject),
                               FIELD(Type, "tp_cache", cache, kObject),
                               FIELD(Type, "tp_subclasses", subclasses, kObject),
                               FIELD(Type, "tp_weaklist", weaklist, kObject),
                               FIELD(Type, "tp_del", del, kPointer),
                               FIELD(Type, "tp_version_tag", version_tag, kUnsigned),
                               FIELD(Type, "tp_finalize", finalize, kPointer),
                               FIELD(Type, "tp_vectorcall", vectorcall, kPointer),
                               {}};
#undef FIELD

struct Row {
  const Type* type;
  const FieldSpec* fields;
};
// Not constexpr: addresses of types.
const Row kTable[] = {
    {&object_type, kNoFields},
    {&int_type, kNoFields},
    {&bool_type, kNoFields},
    {&tuple_type, kNoFields},
    {&float_type, kFloat},
    {&complex_type, kComplex},
    {&str_type, kStr},
    {&bytes_type, kBytes},
    {&list_type, kList},
    {&dict_type, kDict},
    {&set_type, kSet},
    {&frozenset_type, kSet},
    {&slice_type, kSlice},
    {&range_type, kRange},
    {&function_type, kFunction},
    {&method_type, kMethod},
    {&builtin_function_type, kBuiltinFunction},
    {&cell_type, kCell},
    {&module_type, kModule},
    {&weakref_type, kWeakReference},
    {&property_type, kProperty},
    {&classmethod_type, kClassMethod},
    {&staticmethod_type, kClassMethod},
    {&code_type, kCode},
    {&frame_type, kFrame},
    {&traceback_type, kTraceback},
    {&generator_type, kGenerator},
    {&coroutine_type, kGenerator},
    {&async_generator_type, kGenerator},
    {&type_type, kType},
};

// ---- Values --------------------------------------------------------------------------------------------------------

template <class T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

int64_t load_signed(const char* at, ssize size) {
  switch (size) {
    case 1: return load<int8_t>(at);
    case 2: return load<int16_t>(at);
    case 4: return load<int32_t>(at);
    default: return load<int64_t>(at);
  }
}
uint64_t load_unsigned(const char* at, ssize size) {
  switch (size) {
    case 1: return load<uint8_t>(at);
    case 2: return load<uint16_t>(at);
    case 4: return load<uint32_t>(at);
    default: return load<uint64_t>(at);
  }
}

std::string hexadecimal(const char* at, ssize size) {
  constexpr ssize kShown = 16;
  std::string text;
  for (ssize i = 0; i < size && i < kShown; i++) {
    text += fmt::format("{}{:02x}", i ? " " : "", static_cast<unsigned char>(at[i]));
  }
  return size > kShown ? text + " ..." : text;
}

std::string object_value(const Object* p) {
  return p ? fmt::format("{} at 0x{:x}", describe_object(p), reinterpret_cast<uintptr_t>(p)) : "NULL";
}

std::string value_text(const char* at, ssize size, FieldKind kind) {
  switch (kind) {
    case FieldKind::kObject: return object_value(load<const Object*>(at));
    case FieldKind::kPointer: {
      uintptr_t p = load<uintptr_t>(at);
      return p ? fmt::format("0x{:x}", p) : "NULL";
    }
    case FieldKind::kSigned: return fmt::format("{}", load_signed(at, size));
    case FieldKind::kUnsigned: return fmt::format("{}", load_unsigned(at, size));
    case FieldKind::kHex: return fmt::format("0x{:x}", load_unsigned(at, size));
    case FieldKind::kDouble: return fmt::format("{}", load<double>(at));
    default: return hexadecimal(at, size);
  }
}

// ---- One object ----------------------------------------------------------------------------------------------------

class Reader {
 public:
  explicit Reader(Object* p) : p_(p), base_(reinterpret_cast<const char*>(p)) {}

  std::vector<LayoutField> read() {
    before();
    add(0, 8, "ob_refcnt", FieldKind::kSigned);
    add(8, 8, "ob_type", FieldKind::kObject);
    const Type* known = known_type();
    if (has_size(known)) add(16, 8, "ob_size", FieldKind::kSigned);
    if (known) {
      const FieldSpec* fields = type_has(known, kTypeExceptionSubclass) ? kException : layout_table(known);
      for (const FieldSpec* f = fields; f && f->name; f++) add(f->offset, f->size, f->name, f->kind);
    }
    items(known);
    instance();
    return std::move(fields_);
  }

 private:
  void add(ssize offset, ssize size, std::string name, FieldKind kind) {
    fields_.push_back({offset, size, std::move(name), value_text(base_ + offset, size, kind)});
  }

  // The GC header, and the two words of instances with a managed dict.
  void before() {
    if (!object_is_gc(p_)) return;
    if (type_has(type_of(p_), kTypeManagedDict)) {
      add(-32, 8, "instance values", FieldKind::kPointer);
      add(-24, 8, "instance dict", FieldKind::kObject);
    }
    add(-16, 8, "_gc_next", FieldKind::kPointer);
    add(-8, 8, "_gc_prev", FieldKind::kPointer);
  }

  // The nearest type in the table whose layout the object has.
  const Type* known_type() const {
    for (const Type* t = type_of(p_); t; t = t->base_type) {
      if (layout_table(t) || (type_has(t, kTypeExceptionSubclass) && !type_has(t, kTypeHeap))) return t;
    }
    return nullptr;
  }
  bool has_size(const Type* t) const {
    return t && (t == &int_type || t == &bool_type || t == &tuple_type || t == &list_type || t == &bytes_type ||
                 t == &type_type || t == &code_type);
  }

  void items(const Type* known) {
    constexpr ssize kShown = 64;
    if (!known) return;
    if (type_has(known, kTypeTupleSubclass)) {
      ssize n = var_size(p_);
      for (ssize i = 0; i < n && i < kShown; i++) {
        add(24 + 8 * i, 8, fmt::format("ob_item[{}]", i), FieldKind::kObject);
      }
      if (n > kShown) add(24 + 8 * kShown, 8 * (n - kShown), fmt::format("ob_item[{}..]", kShown), FieldKind::kBytes);
    } else if (known == &int_type || known == &bool_type) {
      ssize n = var_size(p_) < 0 ? -var_size(p_) : var_size(p_);
      for (ssize i = 0; i < n && i < kShown; i++) {
        add(24 + 4 * i, 4, fmt::format("ob_digit[{}]", i), FieldKind::kUnsigned);
      }
    } else if (known == &bytes_type) {
      add(32, var_size(p_) + 1, "ob_sval", FieldKind::kBytes);
    } else if (known == &str_type) {
      characters();
    }
  }

  void characters() {
    const Str* s = reinterpret_cast<const Str*>(p_);
    const ssize size = (str_length(s) + 1) * str_kind(s);
    if (!s->state.ascii || !s->state.compact) {
      add(48, 8, "utf8_length", FieldKind::kSigned);
      add(56, 8, "utf8", FieldKind::kPointer);
      add(64, 8, "wstr_length", FieldKind::kSigned);
    }
    if (!s->state.compact) return add(72, 8, "data", FieldKind::kPointer);
    ssize offset = s->state.ascii ? 48 : 72;
    fields_.push_back(
        {offset, size, fmt::format("data ({} per character)", str_kind(s)), hexadecimal(base_ + offset, size)});
  }

  // What Python classes add: __dict__ and __weakref__ at fixed places, __slots__.
  void instance() {
    const Type* type = type_of(p_);
    if (!type_has(type, kTypeHeap)) return;
    for (const Type* t = type; t && type_has(t, kTypeHeap); t = t->base_type) {
      MemberDef* members = heap_type_members(reinterpret_cast<HeapType*>(const_cast<Type*>(t)));
      for (ssize i = 0, n = var_size(t); i < n; i++) {
        if (members[i].type == kMemberObjectEx) add(members[i].offset, 8, members[i].name, FieldKind::kObject);
      }
    }
    if (type->dictoffset > 0 && !type_has(type, kTypeExceptionSubclass)) {
      add(type->dictoffset, 8, "__dict__", FieldKind::kObject);
    }
    if (type->weaklistoffset > 0) add(type->weaklistoffset, 8, "__weakref__", FieldKind::kObject);
  }

  Object* p_;
  const char* base_;
  std::vector<LayoutField> fields_;
};

}  // namespace

const FieldSpec* layout_table(const Type* type) {
  for (const Row& row : kTable) {
    if (row.type == type) return row.fields;
  }
  return nullptr;
}

std::vector<LayoutField> layout_of(Object* p) { return Reader(p).read(); }

}  // namespace minipy
