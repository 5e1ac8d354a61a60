// The module unicodedata: the Unicode character database, version 14.0.0, and its object for version 3.2.0.
#include "runtime/unicode_data.h"

#include <strings.h>

#include <cstdio>
#include <string>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/unicode/tables.h"

namespace minipy {

using namespace unicode;

namespace {

// The receiver of the functions is the module, or an instance of UCD for an old version.
struct OldDatabase {
  Object base;
  const char* version;
};
extern Type ucd_type;
bool is_old(Object* self) { return is_exactly(self, &ucd_type); }

const DatabaseRecord& record_of(Object* self, char32_t c) { return unicode_database_record(c, is_old(self)); }
bool is_unassigned(Object* self, char32_t c) { return is_old(self) && record_of(self, c).category == 0; }

struct Numbers {
  int decimal, digit;
  double numeric;
};
Numbers numbers_of(Object* self, char32_t c) {
  if (is_unassigned(self, c)) return {-1, -1, -1.0};
  if (is_old(self)) {
    for (int i = 0; i < kOldNumbers; i++) {
      if (old_numbers[i].code == c) return {old_numbers[i].decimal, old_numbers[i].digit, old_numbers[i].numeric};
    }
  }
  return {unicode_decimal_value(c), unicode_digit_value(c), unicode_numeric_value(c)};
}

Ref<Object> or_default(Object* fallback, const char* message) {
  if (fallback) return share(fallback);
  return raise(ValueError, "{}", message);
}

Ref<Object> ucd_decimal(Object* self, char32_t c, Object* fallback) {
  int v = numbers_of(self, c).decimal;
  return v < 0 ? or_default(fallback, "not a decimal") : Ref<Object>(int_from_ssize(v));
}
Ref<Object> ucd_digit(Object* self, char32_t c, Object* fallback) {
  int v = numbers_of(self, c).digit;
  return v < 0 ? or_default(fallback, "not a digit") : Ref<Object>(int_from_ssize(v));
}
Ref<Object> ucd_numeric(Object* self, char32_t c, Object* fallback) {
  double v = numbers_of(self, c).numeric;
  return v == -1.0 ? or_default(fallback, "not a numeric character") : float_from_double(v);
}

Ref<Str> ucd_category(Object* self, char32_t c) { return str_from_ascii(categories[record_of(self, c).category]); }
Ref<Str> ucd_bidirectional(Object* self, char32_t c) {
  return str_from_ascii(bidirectional_classes[record_of(self, c).bidirectional]);
}
Ref<Object> ucd_combining(Object* self, char32_t c) { return int_from_ssize(record_of(self, c).combining); }
Ref<Object> ucd_mirrored(Object* self, char32_t c) { return int_from_ssize(record_of(self, c).mirrored); }
Ref<Str> ucd_east_asian_width(Object* self, char32_t c) {
  return str_from_ascii(width_classes[record_of(self, c).width]);
}

Ref<Str> ucd_decomposition(Object* self, char32_t c) {
  const uint32_t* d = is_unassigned(self, c) ? nullptr : unicode_decomposition(c);
  StrBuilder out;
  if (d) {
    TRY(out.append_ascii(decomposition_tags[*d & 0xff]));
    for (uint32_t i = 1; i <= *d >> 8; i++) {
      char text[16];
      std::snprintf(text, sizeof text, "%s%04X", out.length() ? " " : "", d[i]);
      TRY(out.append_ascii(text));
    }
  }
  return out.finish();
}

Maybe<NormalForm> form_of(Str* name) {
  if (str_equals_ascii(name, "NFC")) return NormalForm::kNfc;
  if (str_equals_ascii(name, "NFD")) return NormalForm::kNfd;
  if (str_equals_ascii(name, "NFKC")) return NormalForm::kNfkc;
  if (str_equals_ascii(name, "NFKD")) return NormalForm::kNfkd;
  return raise(ValueError, "invalid normalization form");
}

Ref<Object> ucd_normalize(Object* self, Str* form, Str* text) {
  if (str_length(text) == 0) return share(as_object(text));
  NormalForm f = TRY(form_of(form));
  Ref<Str> result = TRY(unicode_normalize(text, f, is_old(self)));
  // Text that is in the form already comes back itself.
  if (str_equal(result.get(), text)) return share(as_object(text));
  return result;
}

Ref<Object> ucd_is_normalized(Object* self, Str* form, Str* text) {
  NormalForm f = TRY(form_of(form));
  Ref<Str> result = TRY(unicode_normalize(text, f, is_old(self)));
  return bool_ref(str_equal(result.get(), text));
}

Ref<Object> ucd_name(Object* self, char32_t c, Object* fallback) {
  char name[kMaxCharacterName + 1];
  if (is_unassigned(self, c) || !unicode_name_of(c, name)) return or_default(fallback, "no such name");
  return str_from_ascii(name);
}

Ref<Str> ucd_lookup(Object* self, Object* name) {
  std::string_view text;
  HeldBuffer buffer;
  if (is_str(name)) {
    text = str_utf8(cast<Str>(name));
    if (!text.data()) return nullptr;
  } else {
    if (!object_has_buffer(name) || !buffer.get(name)) {
      error_clear();
      return raise(TypeError, "a bytes-like object is required, not '{:.100}'", type_name(name));
    }
    text = buffer.text();
  }
  char32_t codes[4];
  int n = unicode_lookup_sequence(text, codes);
  bool unknown = n == 0 || (n == 1 && is_unassigned(self, codes[0]));
  if (!unknown && is_old(self)) {
    // The old database has neither aliases nor named sequences.
    char own_name[kMaxCharacterName + 1];
    unknown = n > 1 || !unicode_name_of(codes[0], own_name) || strcasecmp(std::string(text).c_str(), own_name) != 0;
  }
  if (unknown) {
    Ref<Str> message = TRY(format_message("undefined character name '{}'", text));
    return raise_object(KeyError, as_object(message.get()));
  }
  return str_from_ucs4(codes, n);
}

constinit MethodDef ucd_methods[] = {
    METHOD(ucd_decimal, "decimal(self, chr, default=<unrepresentable>, /)",
           "Converts a Unicode character into its equivalent decimal value.\n\n"
           "ValueError when it has none and no default is given."),
    METHOD(ucd_digit, "digit(self, chr, default=<unrepresentable>, /)",
           "Converts a Unicode character into its equivalent digit value.\n\n"
           "ValueError when it has none and no default is given."),
    METHOD(ucd_numeric, "numeric(self, chr, default=<unrepresentable>, /)",
           "Converts a Unicode character into its equivalent numeric value.\n\n"
           "ValueError when it has none and no default is given."),
    METHOD(ucd_category, "category(self, chr, /)",
           "Returns the general category assigned to the character chr as string."),
    METHOD(ucd_bidirectional, "bidirectional(self, chr, /)",
           "Returns the bidirectional class assigned to the character chr as string; empty when there is none."),
    METHOD(ucd_combining, "combining(self, chr, /)",
           "Returns the canonical combining class assigned to the character chr as integer; 0 when there is none."),
    METHOD(ucd_mirrored, "mirrored(self, chr, /)",
           "Returns 1 if the character has been identified as a mirrored one in bidirectional text, else 0."),
    METHOD(ucd_east_asian_width, "east_asian_width(self, chr, /)",
           "Returns the east asian width assigned to the character chr as string."),
    METHOD(ucd_decomposition, "decomposition(self, chr, /)",
           "Returns the character decomposition mapping assigned to the character chr as string."),
    METHOD(ucd_name, "name(self, chr, default=<unrepresentable>, /)",
           "Returns the name assigned to the character chr as a string.\n\n"
           "ValueError when it has none and no default is given."),
    METHOD(ucd_lookup, "lookup(self, name, /)",
           "Look up character by name.\n\nKeyError when no character or named sequence is called so."),
    METHOD(ucd_is_normalized, "is_normalized(self, form, unistr, /)",
           "Return whether the Unicode string unistr is in the normal form 'form'."),
    METHOD(ucd_normalize, "normalize(self, form, unistr, /)",
           "Return the normal form 'form' for the Unicode string unistr.\n\n"
           "Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'."),
    {},
};
constinit MemberDef ucd_members[] = {
    {"unidata_version", kMemberString, offsetof(OldDatabase, version), kMemberReadonly, nullptr},
    {},
};

void ucd_dealloc(Object* self) {
  gc_untrack(self);
  self->type->free(self);
}
int ucd_traverse(Object*, VisitProc, void*) { return 0; }

constinit Type ucd_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "unicodedata.UCD",
    .basicsize = sizeof(OldDatabase),
    .dealloc = ucd_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation | kTypeImmutable,
    .traverse = ucd_traverse,
    .methods = ucd_methods,
    .members = ucd_members,
};

Status unicodedata_exec(Module* m) {
  TRY(module_add_str(m, "unidata_version", "14.0.0"));
  TRY(module_add_heap_type(m, &ucd_type));
  OldDatabase* old = object_new_gc<OldDatabase>(&ucd_type);
  if (!old) return kRaised;
  old->version = "3.2.0";
  gc_track(old);
  return module_add(m, "ucd_3_2_0", steal(as_object(old)));
}

}  // namespace

constinit NativeModule unicodedata_module = {
    "unicodedata", ucd_methods, unicodedata_exec,
    "The Unicode Character Database, version 14.0.0: properties of all characters."};

}  // namespace minipy
