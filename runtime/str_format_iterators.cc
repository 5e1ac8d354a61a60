// The iterators over a format string's fields and over a field name's parts, behind string.Formatter (module _string).
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/slot.h"
#include "runtime/str_format.h"
#include "runtime/type.h"

namespace minipy {
namespace {

struct FormatterIterator {
  Object base;
  Str* text;
  MarkupParser parser;
};

struct FieldNameIterator {
  Object base;
  Str* text;
  FieldNameParser parser;
};

template <class T>
void iterator_dealloc(Object* self) {
  xdecref(cast<T>(self)->text);
  self->type->free(self);
}

// (literal, field_name, format_spec, conversion)
Ref<Object> formatter_next(FormatterIterator* self) {
  Markup m;
  if (!TRY(self->parser.next(m))) return nullptr;
  Ref<Str> literal = TRY(str_substring(self->text, m.literal_start, m.literal_end));
  if (!m.has_field) return tuple_pack(as_object(literal.get()), py_none(), py_none(), py_none());
  Ref<Str> name = TRY(str_substring(self->text, m.name_start, m.name_end));
  Ref<Str> spec = TRY(str_substring(self->text, m.spec_start, m.spec_end));
  Ref<Object> conversion = none_ref();
  if (m.conversion) conversion = TRY(str_from_char(m.conversion));
  return tuple_pack(as_object(literal.get()), as_object(name.get()), as_object(spec.get()), conversion.get());
}

Ref<Object> part_object(Str* text, const FieldNameParser::Part& part) {
  if (part.index >= 0 && !part.is_attribute) return int_from_ssize(part.index);
  return str_substring(text, part.start, part.end);
}

// (is_attribute, name or index)
Ref<Object> field_name_next(FieldNameIterator* self) {
  FieldNameParser::Part part;
  if (!TRY(self->parser.next(part))) return nullptr;
  Ref<Object> value = TRY(part_object(self->text, part));
  return tuple_pack(py_bool(part.is_attribute), value.get());
}

}  // namespace

constinit Type formatter_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "formatteriterator",
    .basicsize = sizeof(FormatterIterator),
    .dealloc = iterator_dealloc<FormatterIterator>,
    .flags = kTypeDefault,
    .iter = iter_self,
    .iternext = slot<formatter_next>,
};

constinit Type field_name_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "fieldnameiterator",
    .basicsize = sizeof(FieldNameIterator),
    .dealloc = iterator_dealloc<FieldNameIterator>,
    .flags = kTypeDefault,
    .iter = iter_self,
    .iternext = slot<field_name_next>,
};

Ref<Object> str_formatter_parser(Str* format) {
  FormatterIterator* it = TRY(object_new<FormatterIterator>(&formatter_iterator_type));
  incref(format);
  it->text = format;
  it->parser = MarkupParser(format, 0, str_length(format));
  return steal(as_object(it));
}

Ref<Object> str_field_name_split(Str* name) {
  FieldNameIterator* it = TRY(object_new<FieldNameIterator>(&field_name_iterator_type));
  incref(name);
  it->text = name;
  it->parser = FieldNameParser(name, 0, str_length(name));
  Ref<Object> rest = steal(as_object(it));
  FieldNameParser::Part part;
  TRY(it->parser.first(part));
  Ref<Object> first = TRY(part_object(name, part));
  return tuple_pack(first.get(), rest.get());
}

}  // namespace minipy
