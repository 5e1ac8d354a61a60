// Module _csv: reading and writing comma-separated values.
#include "gc/memory.h"
#include "runtime/bind_varargs.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/float.h"
#include "runtime/heap_type_new.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

enum Quoting : int { kQuoteMinimal, kQuoteAll, kQuoteNonnumeric, kQuoteNone };

constexpr char32_t kNotSet = 0xffffffff;

extern Type dialect_type, reader_type, writer_type;

// Made with the module.
constinit Object* csv_error = nullptr;
constinit Dict* dialects = nullptr;
constinit long field_limit = 128 * 1024;

template <class... A>
Raised raise_csv(std::string_view format, const A&... a) {
  return raise(cast<Type>(csv_error), format, a...);
}

// ---- Dialect
// ---------------------------------------------------------------------------------------------------------

struct Dialect {
  Object base;
  char doublequote;
  char skipinitialspace;
  char strict;
  int quoting;
  char32_t delimiter;
  char32_t quotechar;
  char32_t escapechar;
  Object* lineterminator;  // str
};

Ref<Object> find_dialect(Object* name) {
  Ref<Object> found;
  TRY(dict_get_ref(dialects, name, found));
  if (!found) return raise_csv("unknown dialect");
  return found;
}

Status set_bool(char& out, Object* source, bool fallback) {
  if (!source) {
    out = fallback;
    return kOk;
  }
  Maybe<bool> truth = object_is_true(source);
  if (!truth) return kRaised;
  out = *truth;
  return kOk;
}

// One character; None where `optional`.
Status set_char(char32_t& out, const char* name, Object* source, char32_t fallback, bool optional) {
  out = fallback;
  if (!source) return kOk;
  if (optional && is_none(source)) {
    out = kNotSet;
    return kOk;
  }
  if (!is_str(source)) {
    return raise(TypeError,
                 optional ? "\"{}\" must be string or None, not {:.200}" : "\"{}\" must be string, not {:.200}", name,
                 type_name(source));
  }
  if (str_length(cast<Str>(source)) != 1) return raise(TypeError, "\"{}\" must be a 1-character string", name);
  out = str_at(cast<Str>(source), 0);
  return kOk;
}

struct DialectOptions {
  Object *delimiter, *doublequote, *escapechar, *lineterminator, *quotechar, *quoting, *skipinitialspace, *strict;
};

Status set_quoting(Dialect* d, const DialectOptions& o) {
  d->quoting = kQuoteMinimal;
  if (o.quoting) {
    if (!is_exactly(o.quoting, &int_type)) return raise(TypeError, "\"quoting\" must be an integer");
    int overflow;
    long long v = int_to_long_long_overflow(o.quoting, &overflow);
    if (overflow || v < kQuoteMinimal || v > kQuoteNone) return raise(TypeError, "bad \"quoting\" value");
    d->quoting = static_cast<int>(v);
  } else if (o.quotechar && is_none(o.quotechar)) {
    d->quoting = kQuoteNone;
  }
  return kOk;
}

Status fill_dialect(Dialect* d, const DialectOptions& o) {
  TRY(set_char(d->delimiter, "delimiter", o.delimiter, ',', false));
  TRY(set_bool(d->doublequote, o.doublequote, true));
  TRY(set_char(d->escapechar, "escapechar", o.escapechar, kNotSet, true));
  if (!o.lineterminator) {
    d->lineterminator = TRY(as_object(str_from_ascii("\r\n").release()));
  } else if (is_str(o.lineterminator)) {
    d->lineterminator = Ref<Object>::share(o.lineterminator).release();
  } else if (!is_none(o.lineterminator)) {
    return raise(TypeError, "\"lineterminator\" must be a string");
  }
  TRY(set_char(d->quotechar, "quotechar", o.quotechar, '"', true));
  TRY(set_quoting(d, o));
  TRY(set_bool(d->skipinitialspace, o.skipinitialspace, false));
  TRY(set_bool(d->strict, o.strict, false));
  if (d->quoting != kQuoteNone && d->quotechar == kNotSet) {
    return raise(TypeError, "quotechar must be set if quoting enabled");
  }
  if (!d->lineterminator) return raise(TypeError, "lineterminator must be set");
  return kOk;
}

// An attribute of the given dialect for an option that was not given itself; errors count as "not there".
Object* option_or(Object* given, Object* dialect, Str* name, Ref<Object>& held) {
  if (given || !dialect) return given;
  held = object_get_attr(dialect, name);
  if (!held) error_clear();
  return held.get();
}

Ref<Object> dialect_create(Type* type, Object* dialect, Object* delimiter, Object* doublequote, Object* escapechar,
                           Object* lineterminator, Object* quotechar, Object* quoting, Object* skipinitialspace,
                           Object* strict) {
  Ref<Object> base;
  if (dialect) {
    base = is_str(dialect) ? TRY(find_dialect(dialect)) : share(dialect);
    // An instance serves as it is when nothing is to be different.
    if (is_exactly(base.get(), &dialect_type) && !delimiter && !doublequote && !escapechar && !lineterminator &&
        !quotechar && !quoting && !skipinitialspace && !strict) {
      return base;
    }
  }
  Ref<Dialect> self = TRY(allocate<Dialect>(type));
  Ref<Object> held[8];
  Object* p = base.get();
  DialectOptions options = {
      option_or(delimiter, p, NAME("delimiter"), held[0]),
      option_or(doublequote, p, NAME("doublequote"), held[1]),
      option_or(escapechar, p, NAME("escapechar"), held[2]),
      option_or(lineterminator, p, NAME("lineterminator"), held[3]),
      option_or(quotechar, p, NAME("quotechar"), held[4]),
      option_or(quoting, p, NAME("quoting"), held[5]),
      option_or(skipinitialspace, p, NAME("skipinitialspace"), held[6]),
      option_or(strict, p, NAME("strict"), held[7]),
  };
  TRY(fill_dialect(self.get(), options));
  return self;
}

constexpr NewFunc dialect_new_bound =
    VARARGS_NEW(dialect_create,
                "this function(type, dialect=<n>, delimiter=<n>, doublequote=<n>, escapechar=<n>, lineterminator=<n>, "
                "quotechar=<n>, quoting=<n>, skipinitialspace=<n>, strict=<n>)");

Object* dialect_new(Type* type, Object* args, Object* kwargs) {
  Object* result = dialect_new_bound(type, args, kwargs);
  if (result || !kwargs || !error_matches(TypeError)) return result;
  // CPython's parser has no name for this function.
  static constexpr const char* const known[] = {"dialect",    "delimiter",        "doublequote",
                                                "escapechar", "lineterminator",   "quotechar",
                                                "quoting",    "skipinitialspace", "strict"};
  ssize position = 0;
  Object *key, *value;
  while (dict_next(cast<Dict>(kwargs), &position, &key, &value)) {
    bool found = false;
    for (const char* name : known) found = found || str_equals_ascii(cast<Str>(key), name);
    if (!found) return raise(TypeError, "'{}' is an invalid keyword argument for this function", key);
  }
  return nullptr;
}

// The dialect from the arguments that reader(), writer() and register_dialect() pass on.
Ref<Object> make_dialect(Object* dialect, Object* kwargs) {
  Ref<Tuple> args = TRY(dialect ? tuple_pack(dialect) : tuple_empty());
  return call_tuple_dict(as_object(&dialect_type), as_object(args.get()), kwargs);
}

Ref<Object> char_or_none(char32_t c) {
  if (c == kNotSet) return none_ref();
  return str_from_char(c);
}
Ref<Object> dialect_get_delimiter(Dialect* d) { return char_or_none(d->delimiter); }
Ref<Object> dialect_get_escapechar(Dialect* d) { return char_or_none(d->escapechar); }
Ref<Object> dialect_get_quotechar(Dialect* d) { return char_or_none(d->quotechar); }
Ref<Object> dialect_get_lineterminator(Dialect* d) { return share(d->lineterminator); }
Ref<Object> dialect_get_quoting(Dialect* d) { return int_from(d->quoting); }

Ref<Object> dialect_reduce(Dialect* d, VarArgs) {
  return raise(TypeError, "cannot pickle '{}' instances", type_short_name(type_of(d)));
}

constinit MethodDef dialect_methods[] = {
    PLAIN_VARARGS_METHOD(dialect_reduce, "__reduce__(self, /, *args)", "raises an exception to avoid pickling"),
    PLAIN_VARARGS_METHOD(dialect_reduce, "__reduce_ex__(self, /, *args)", "raises an exception to avoid pickling"),
    {},
};
constinit GetSetDef dialect_getset[] = {
    {"delimiter", getter<dialect_get_delimiter>, nullptr, nullptr, nullptr},
    {"escapechar", getter<dialect_get_escapechar>, nullptr, nullptr, nullptr},
    {"lineterminator", getter<dialect_get_lineterminator>, nullptr, nullptr, nullptr},
    {"quotechar", getter<dialect_get_quotechar>, nullptr, nullptr, nullptr},
    {"quoting", getter<dialect_get_quoting>, nullptr, nullptr, nullptr},
    {},
};
constinit MemberDef dialect_members[] = {
    {"skipinitialspace", kMemberBool, offsetof(Dialect, skipinitialspace), kMemberReadonly, nullptr},
    {"doublequote", kMemberBool, offsetof(Dialect, doublequote), kMemberReadonly, nullptr},
    {"strict", kMemberBool, offsetof(Dialect, strict), kMemberReadonly, nullptr},
    {},
};
using DialectFields = Owned<Dialect, &Dialect::lineterminator>;

constinit Type dialect_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_csv.Dialect",
    .basicsize = sizeof(Dialect),
    .dealloc = DialectFields::dealloc,
    .flags = kNativeTypeFlags,
    .doc = "CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n",
    .traverse = DialectFields::traverse,
    .methods = dialect_methods,
    .members = dialect_members,
    .getset = dialect_getset,
    .new_ = dialect_new,
};

// ---- reader
// ----------------------------------------------------------------------------------------------------------

enum class State : int {
  kStartRecord,
  kStartField,
  kEscaped,
  kInField,
  kInQuoted,
  kEscapedInQuoted,
  kQuoteInQuoted,
  kEatNewline,
  kAfterEscapedNewline,
};
constexpr char32_t kEndOfLine = 0xfffffffe;

struct Reader {
  Object base;
  Object* iterator;
  Dialect* dialect;
  List* fields;  // of the record being read
  State state;
  char32_t* field;
  ssize field_room, field_length;
  int numeric;  // the field is to become a float
  unsigned long line_number;
};

Status save_field(Reader* r) {
  Ref<Object> field = TRY(str_from_ucs4(r->field, r->field_length));
  r->field_length = 0;
  if (r->numeric) {
    r->numeric = 0;
    field = TRY(number_float(field.get()));
  }
  return list_append_steal(r->fields, std::move(field));
}

Status add_char(Reader* r, char32_t c) {
  if (r->field_length >= field_limit) return raise_csv("field larger than field limit ({})", field_limit);
  if (r->field_length == r->field_room) {
    ssize room = r->field_room ? r->field_room * 2 : 4096 / 4;
    void* p = memory::mem_realloc(r->field, static_cast<size_t>(room) * sizeof(char32_t));
    if (!p) return raise_no_memory_error();
    r->field = static_cast<char32_t*>(p);
    r->field_room = room;
  }
  r->field[r->field_length++] = c;
  return kOk;
}

bool ends_record(char32_t c) { return c == '\n' || c == '\r' || c == kEndOfLine; }

Status end_record(Reader* r, char32_t c) {
  TRY(save_field(r));
  r->state = c == kEndOfLine ? State::kStartRecord : State::kEatNewline;
  return kOk;
}

Status in_start_field(Reader* r, char32_t c) {
  Dialect* d = r->dialect;
  if (ends_record(c)) return end_record(r, c);
  if (c == d->quotechar && d->quoting != kQuoteNone) {
    r->state = State::kInQuoted;
    return kOk;
  }
  if (c == d->escapechar) {
    r->state = State::kEscaped;
    return kOk;
  }
  if (c == ' ' && d->skipinitialspace) return kOk;
  if (c == d->delimiter) return save_field(r);
  if (d->quoting == kQuoteNonnumeric) r->numeric = 1;
  r->state = State::kInField;
  return add_char(r, c);
}

Status in_field(Reader* r, char32_t c) {
  Dialect* d = r->dialect;
  if (ends_record(c)) return end_record(r, c);
  if (c == d->escapechar) {
    r->state = State::kEscaped;
    return kOk;
  }
  if (c == d->delimiter) {
    r->state = State::kStartField;
    return save_field(r);
  }
  return add_char(r, c);
}

Status in_quoted(Reader* r, char32_t c) {
  Dialect* d = r->dialect;
  if (c == kEndOfLine) return kOk;
  if (c == d->escapechar) {
    r->state = State::kEscapedInQuoted;
    return kOk;
  }
  if (c == d->quotechar && d->quoting != kQuoteNone) {
    r->state = d->doublequote ? State::kQuoteInQuoted : State::kInField;
    return kOk;
  }
  return add_char(r, c);
}

// After a quote inside a quoted field: doubled, or the end of the field.
Status after_quote(Reader* r, char32_t c) {
  Dialect* d = r->dialect;
  if (d->quoting != kQuoteNone && c == d->quotechar) {
    r->state = State::kInQuoted;
    return add_char(r, c);
  }
  if (c == d->delimiter) {
    r->state = State::kStartField;
    return save_field(r);
  }
  if (ends_record(c)) return end_record(r, c);
  if (d->strict) return raise_csv("'{}' expected after '{}'", d->delimiter, d->quotechar);
  r->state = State::kInField;
  return add_char(r, c);
}

Status process_char(Reader* r, char32_t c) {
  switch (r->state) {
    case State::kStartRecord:
      if (c == kEndOfLine) return kOk;
      if (c == '\n' || c == '\r') {
        r->state = State::kEatNewline;
        return kOk;
      }
      r->state = State::kStartField;
      return in_start_field(r, c);
    case State::kStartField: return in_start_field(r, c);
    case State::kEscaped:
      if (c == '\n' || c == '\r') {
        r->state = State::kAfterEscapedNewline;
        return add_char(r, c);
      }
      r->state = State::kInField;
      return add_char(r, c == kEndOfLine ? U'\n' : c);
    case State::kAfterEscapedNewline:
      if (c == kEndOfLine) return kOk;
      return in_field(r, c);
    case State::kInField: return in_field(r, c);
    case State::kInQuoted: return in_quoted(r, c);
    case State::kEscapedInQuoted: r->state = State::kInQuoted; return add_char(r, c == kEndOfLine ? U'\n' : c);
    case State::kQuoteInQuoted: return after_quote(r, c);
    case State::kEatNewline:
      if (c == kEndOfLine) {
        r->state = State::kStartRecord;
      } else if (c != '\n' && c != '\r') {
        return raise_csv(
            "new-line character seen in unquoted field - do you need to open the file in universal-newline mode?");
      }
      return kOk;
  }
  return kOk;
}

Status start_record(Reader* r) {
  Ref<List> fields = TRY(list_new());
  replace_field(r->fields, std::move(fields));
  r->field_length = 0;
  r->state = State::kStartRecord;
  r->numeric = 0;
  return kOk;
}

Ref<Object> reader_next(Reader* r) {
  TRY(start_record(r));
  do {
    Ref<Object> line = iter_next(r->iterator);
    if (!line) {
      if (error_pending()) return nullptr;
      if (r->field_length == 0 && r->state != State::kInQuoted) return nullptr;
      if (r->dialect->strict) return raise_csv("unexpected end of data");
      TRY(save_field(r));
      break;
    }
    if (!is_str(line.get())) {
      return raise_csv("iterator should return strings, not {:.200} (the file should be opened in text mode)",
                       type_name(line.get()));
    }
    r->line_number++;
    Str* text = cast<Str>(line.get());
    for (ssize i = 0, n = str_length(text); i < n; i++) TRY(process_char(r, str_at(text, i)));
    TRY(process_char(r, kEndOfLine));
  } while (r->state != State::kStartRecord);
  return take_field(r->fields);
}

void reader_dealloc(Object* p) {
  Reader* r = cast<Reader>(p);
  gc_untrack(p);
  xdecref(r->iterator);
  xdecref(r->dialect);
  xdecref(r->fields);
  memory::mem_free(r->field);
  gc_free(p);
}
using ReaderFields = Owned<Reader, &Reader::iterator, &Reader::dialect, &Reader::fields>;

constinit MemberDef reader_members[] = {
    {"dialect", kMemberObject, offsetof(Reader, dialect), kMemberReadonly, nullptr},
    {"line_num", kMemberULong, offsetof(Reader, line_number), kMemberReadonly, nullptr},
    {},
};

constinit Type reader_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_csv.reader",
    .basicsize = sizeof(Reader),
    .dealloc = reader_dealloc,
    .flags = kNativeTypeFlags,
    .doc = "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n",
    .traverse = ReaderFields::traverse,
    .iter = iter_self,
    .iternext = slot<reader_next>,
    .members = reader_members,
};

// ---- writer
// ----------------------------------------------------------------------------------------------------------

struct Writer {
  Object base;
  Object* write;  // the file's method
  Dialect* dialect;
};

bool is_special(const Dialect* d, char32_t c) {
  return c == d->delimiter || c == d->escapechar || c == d->quotechar ||
         str_find_char(cast<Str>(d->lineterminator), c, 0, str_length(cast<Str>(d->lineterminator)), 1) >= 0;
}

// Appends the field with what must be escaped escaped; `quoted` becomes true when it must be in quotes.
Status append_escaped(const Dialect* d, Str* field, StrBuilder& out, bool& quoted) {
  for (ssize i = 0, n = str_length(field); i < n; i++) {
    char32_t c = str_at(field, i);
    if (is_special(d, c)) {
      bool escape = d->quoting == kQuoteNone;
      if (!escape) {
        if (c == d->quotechar) {
          if (d->doublequote) {
            TRY(out.append_char(c));
          } else {
            escape = true;
          }
        } else if (c == d->escapechar) {
          escape = true;
        }
        if (!escape) quoted = true;
      }
      if (escape) {
        if (d->escapechar == kNotSet) return raise_csv("need to escape, but no escapechar set");
        TRY(out.append_char(d->escapechar));
      }
    }
    TRY(out.append_char(c));
  }
  return kOk;
}

Status append_field(const Dialect* d, Str* field /* null: empty */, bool quoted, StrBuilder& out) {
  StrBuilder escaped;
  if (field) TRY(append_escaped(d, field, escaped, quoted));
  Ref<Str> text = TRY(escaped.finish());
  if (quoted) TRY(out.append_char(d->quotechar));
  TRY(out.append(text.get()));
  if (quoted) TRY(out.append_char(d->quotechar));
  return kOk;
}

bool is_number(const Object* p) {
  NumberMethods* n = type_of(p)->as_number;
  return (n && (n->index || n->int_ || n->float_)) || is_instance_of(p, &complex_type);
}

Ref<Object> writer_writerow(Writer* w, Object* row) {
  Dialect* d = w->dialect;
  Ref<Object> iterator = get_iter(row);
  if (!iterator) {
    if (error_matches(TypeError)) return raise_csv("iterable expected, not {:.200}", type_name(row));
    return nullptr;
  }
  StrBuilder out;
  ssize count = 0;
  while (Ref<Object> field = iter_next(iterator.get())) {
    bool quoted = d->quoting == kQuoteAll || (d->quoting == kQuoteNonnumeric && !is_number(field.get()));
    if (count++ > 0) TRY(out.append_char(d->delimiter));
    Ref<Str> text;
    if (!is_none(field.get())) text = TRY(object_str(field.get()));
    TRY(append_field(d, text.get(), quoted, out));
  }
  if (error_pending()) return nullptr;
  if (count > 0 && out.length() == 0) {
    if (d->quoting == kQuoteNone) return raise_csv("single empty field record must be quoted");
    TRY(append_field(d, nullptr, true, out));
  }
  TRY(out.append(cast<Str>(d->lineterminator)));
  Ref<Str> line = TRY(out.finish());
  Ref<Object> write = share(w->write);
  return call(write.get(), line.get());
}

Status writer_writerows(Writer* w, Object* rows) {
  Ref<Object> iterator = TRY(get_iter(rows));
  while (Ref<Object> row = iter_next(iterator.get())) TRY(writer_writerow(w, row.get()));
  return error_pending() ? Status::failed() : kOk;
}

constinit MethodDef writer_methods[] = {
    PLAIN_METHOD(writer_writerow, "writerow(self, iterable, /)",
                 "writerow(iterable)\n\nConstruct and write a CSV record from an iterable of fields.  Non-string\n"
                 "elements will be converted to string."),
    PLAIN_METHOD(
        writer_writerows, "writerows(self, iterable, /)",
        "writerows(iterable of iterables)\n\nConstruct and write a series of iterables to a csv file.  Non-string\n"
        "elements will be converted to string."),
    {},
};
constinit MemberDef writer_members[] = {
    {"dialect", kMemberObject, offsetof(Writer, dialect), kMemberReadonly, nullptr},
    {},
};
using WriterFields = Owned<Writer, &Writer::write, &Writer::dialect>;

constinit Type writer_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_csv.writer",
    .basicsize = sizeof(Writer),
    .dealloc = WriterFields::dealloc,
    .flags = kNativeTypeFlags,
    .doc =
        "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence "
        "input.\n",
    .traverse = WriterFields::traverse,
    .clear = WriterFields::clear,
    .methods = writer_methods,
    .members = writer_members,
};

// ---- The module
// --------------------------------------------------------------------------------------------------------

Status check_count(VarArgs args) {
  if (args.size < 1) return raise(TypeError, " expected at least 1 argument, got 0");
  if (args.size > 2) return raise(TypeError, " expected at most 2 arguments, got {}", args.size);
  return kOk;
}

Ref<Object> csv_reader(Object*, VarArgs args, Object* kwargs) {
  TRY(check_count(args));
  Reader* r = object_new_gc<Reader>(&reader_type);
  if (!r) return nullptr;
  r->iterator = nullptr;
  r->dialect = nullptr;
  r->fields = nullptr;
  r->field = nullptr;
  r->field_room = 0;
  r->line_number = 0;
  Ref<Object> reader = steal(as_object(r));
  TRY(start_record(r));
  r->iterator = TRY(get_iter(args[0]))
  .release();
  Ref<Object> dialect = TRY(make_dialect(args.size > 1 ? args[1] : nullptr, kwargs));
  r->dialect = std::move(dialect).cast_to<Dialect>().release();
  gc_track(r);
  return reader;
}

Ref<Object> csv_writer(Object*, VarArgs args, Object* kwargs) {
  TRY(check_count(args));
  Ref<Object> write;
  TRY(object_find_attr(args[0], NAME("write"), write));
  if (!write || !is_callable(write.get())) return raise(TypeError, "argument 1 must have a \"write\" method");
  Ref<Object> dialect = TRY(make_dialect(args.size > 1 ? args[1] : nullptr, kwargs));
  Writer* w = object_new_gc<Writer>(&writer_type);
  if (!w) return nullptr;
  w->write = write.release();
  w->dialect = std::move(dialect).cast_to<Dialect>().release();
  gc_track(w);
  return steal(as_object(w));
}

Status csv_register_dialect(Object*, VarArgs args, Object* kwargs) {
  TRY(check_count(args));
  if (!is_str(args[0])) return raise(TypeError, "dialect name must be a string");
  Ref<Object> dialect = TRY(make_dialect(args.size > 1 ? args[1] : nullptr, kwargs));
  return dict_set(dialects, args[0], dialect.get());
}

Status csv_unregister_dialect(Object*, Object* name) {
  Maybe<bool> found = dict_contains(dialects, name);
  if (!found) return kRaised;
  if (!*found) return raise_csv("unknown dialect");
  return dict_delete(dialects, name);
}

Ref<Object> csv_get_dialect(Object*, Object* name) { return find_dialect(name); }
Ref<Object> csv_list_dialects(Object*) { return dict_keys_list(dialects); }

Ref<Object> csv_field_size_limit(Object*, Object* new_limit) {
  long old = field_limit;
  if (new_limit) {
    if (!is_exactly(new_limit, &int_type)) return raise(TypeError, "limit must be an integer");
    Maybe<long> v = int_to_long(new_limit);
    if (!v) return nullptr;
    field_limit = *v;
  }
  return int_from(old);
}

constinit MethodDef functions[] = {
    PLAIN_VARARGS_METHOD(
        csv_reader, "reader(module, /, *args, **kwargs)",
        "    csv_reader = reader(iterable [, dialect='excel']\n"
        "                        [optional keyword args])\n"
        "    for row in csv_reader:\n"
        "        process(row)\n\n"
        "The \"iterable\" argument can be any object that returns a line of input for each iteration, such as\n"
        "a file object or a list. The optional keyword arguments override settings of the dialect.\n\n"
        "The returned object is an iterator.  Each iteration returns a row\n"
        "of the CSV file (which can span multiple input lines).\n"),
    PLAIN_VARARGS_METHOD(csv_writer, "writer(module, /, *args, **kwargs)",
                         "    csv_writer = csv.writer(fileobj [, dialect='excel']\n"
                         "                            [optional keyword args])\n"
                         "    for row in sequence:\n"
                         "        csv_writer.writerow(row)\n\n"
                         "    [or]\n\n"
                         "    csv_writer = csv.writer(fileobj [, dialect='excel']\n"
                         "                            [optional keyword args])\n"
                         "    csv_writer.writerows(rows)\n\n"
                         "The \"fileobj\" argument can be any object that supports the file API.\n"),
    FUNCTION(csv_list_dialects, "list_dialects(module, /)",
             "Return a list of all known dialect names.\n\n    names = csv.list_dialects()"),
    PLAIN_VARARGS_METHOD(csv_register_dialect, "register_dialect(module, /, *args, **kwargs)",
                         "Create a mapping from a string name to a dialect class.\n"
                         "    dialect = csv.register_dialect(name[, dialect[, **fmtparams]])"),
    FUNCTION(csv_unregister_dialect, "unregister_dialect(module, /, name)",
             "Delete the name/dialect mapping associated with a string name.\n\n    csv.unregister_dialect(name)"),
    FUNCTION(csv_get_dialect, "get_dialect(module, /, name)",
             "Return the dialect instance associated with name.\n\n    dialect = csv.get_dialect(name)"),
    FUNCTION(csv_field_size_limit, "field_size_limit(module, /, new_limit=<unrepresentable>)",
             "Sets an upper limit on parsed fields.\n\n    csv.field_size_limit([limit])\n\n"
             "Returns old limit. If limit is not given, no new limit is set and\nthe old limit is returned"),
    {},
};

constinit const Type error_form = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_csv.Error",
    .flags = kTypeDefault | kTypeBaseType,
};

// What is made comes in CPython's order: a collection may run in between.
Status exec(Module* m) {
  TRY(module_add_heap_type(m, &dialect_type));
  TRY(heap_type_ready(&reader_type));
  TRY(heap_type_ready(&writer_type));
  TRY(module_add(m, "Reader", Ref<Object>::share(as_object(&reader_type))));
  TRY(module_add(m, "Writer", Ref<Object>::share(as_object(&writer_type))));
  TRY(module_add_str(m, "__version__", "1.0"));
  if (!dialects) dialects = TRY(dict_new())
  .release();
  TRY(module_add(m, "_dialects", Ref<Object>::share(as_object(dialects))));
  TRY(module_add_int(m, "QUOTE_MINIMAL", kQuoteMinimal));
  TRY(module_add_int(m, "QUOTE_ALL", kQuoteAll));
  TRY(module_add_int(m, "QUOTE_NONNUMERIC", kQuoteNonnumeric));
  TRY(module_add_int(m, "QUOTE_NONE", kQuoteNone));
  if (!csv_error) {
    Ref<Type> error = TRY(heap_type_new(&error_form, Exception));
    csv_error = as_object(error.release());
  }
  return module_add(m, "Error", Ref<Object>::share(csv_error));
}

}  // namespace

constinit NativeModule _csv_module = {"_csv", functions, exec,
                                      "CSV parsing and writing.\n\n"
                                      "This module provides classes that assist in the reading and writing\n"
                                      "of Comma Separated Value (CSV) files, and implements the interface\n"
                                      "described by PEP 305.\n"};

}  // namespace minipy
