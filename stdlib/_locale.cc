// Module _locale: the C library's locale, which module locale is made of.
#include <langinfo.h>
#include <libintl.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <clocale>
#include <cstring>
#include <cwchar>
#include <iterator>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/heap_type_new.h"
#include "runtime/int.h"
#include "runtime/locale_text.h"
#include "runtime/module.h"
#include "runtime/str.h"

namespace minipy {
namespace {

// locale.Error, made on import.
Type* g_error = nullptr;

// UTF-8 for the C library. Null in the Maybe: the argument is absent or None. ValueError: embedded null character.
Maybe<const char*> text_argument(Str* s) {
  if (!s) return static_cast<const char*>(nullptr);
  std::string_view utf8 = str_utf8(s);
  if (!utf8.data()) return kRaised;
  if (utf8.find('\0') != std::string_view::npos) return raise(ValueError, "embedded null character");
  return utf8.data();
}

// A str or None without a default. `what` names the argument in the error.
Maybe<const char*> optional_text(Object* p, const char* what) {
  if (is_none(p)) return static_cast<const char*>(nullptr);
  if (!is_str(p)) return raise(TypeError, "{} must be str or None, not {}", what, type_name(p));
  return text_argument(cast<Str>(p));
}

// ---- The locale ---------------------------------------------------------------------------------------------------

Ref<Object> set_locale(Object*, int category, Object* locale) {
  if (!locale || is_none(locale)) {
    const char* now = std::setlocale(category, nullptr);
    if (!now) return raise(g_error, "locale query failed");
    return str_from_locale(now);
  }
  const char* wanted = TRY(optional_text(locale, "setlocale() argument 2"));
  const char* now = std::setlocale(category, wanted);
  if (!now) return raise(g_error, "unsupported locale setting");
  return str_from_locale(now);
}

// Sizes of groups up to the end mark, which is part of the list: 0 (the last one repeats) or CHAR_MAX (no more groups).
Ref<Object> group_sizes(const char* grouping) {
  Ref<List> sizes = TRY(list_new());
  if (!*grouping) return sizes;
  const char* p = grouping;
  do {
    Ref<Int> size = TRY(int_from(*p));
    TRY(list_append(sizes.get(), as_object(size.get())));
  } while (*p != 0 && *p++ != CHAR_MAX);
  return sizes;
}

Status put(Dict* d, const char* name, Ref<Object> value) {
  if (!value) return Status::failed();
  return dict_set_ascii(d, name, value.get());
}
Status put_number(Dict* d, const char* name, int value) { return put(d, name, int_from(value)); }

Ref<Object> locale_conventions(Object*) {
  const lconv c = *localeconv();
  Ref<Dict> d = TRY(dict_new());
  {
    LocaleOfCategory monetary(LC_MONETARY, {c.int_curr_symbol, c.currency_symbol, c.mon_decimal_point,
                                            c.mon_thousands_sep, c.positive_sign, c.negative_sign});
    TRY(put(d.get(), "int_curr_symbol", str_from_locale(c.int_curr_symbol)));
    TRY(put(d.get(), "currency_symbol", str_from_locale(c.currency_symbol)));
    TRY(put(d.get(), "mon_decimal_point", str_from_locale(c.mon_decimal_point)));
    TRY(put(d.get(), "mon_thousands_sep", str_from_locale(c.mon_thousands_sep)));
    TRY(put(d.get(), "mon_grouping", group_sizes(c.mon_grouping)));
    TRY(put(d.get(), "positive_sign", str_from_locale(c.positive_sign)));
    TRY(put(d.get(), "negative_sign", str_from_locale(c.negative_sign)));
  }
  TRY(put_number(d.get(), "int_frac_digits", c.int_frac_digits));
  TRY(put_number(d.get(), "frac_digits", c.frac_digits));
  TRY(put_number(d.get(), "p_cs_precedes", c.p_cs_precedes));
  TRY(put_number(d.get(), "p_sep_by_space", c.p_sep_by_space));
  TRY(put_number(d.get(), "n_cs_precedes", c.n_cs_precedes));
  TRY(put_number(d.get(), "n_sep_by_space", c.n_sep_by_space));
  TRY(put_number(d.get(), "p_sign_posn", c.p_sign_posn));
  TRY(put_number(d.get(), "n_sign_posn", c.n_sign_posn));
  LocaleOfCategory numeric(LC_NUMERIC, {c.decimal_point, c.thousands_sep});
  TRY(put(d.get(), "decimal_point", str_from_locale(c.decimal_point)));
  TRY(put(d.get(), "thousands_sep", str_from_locale(c.thousands_sep)));
  TRY(put(d.get(), "grouping", group_sizes(c.grouping)));
  return d;
}

// ---- Collation ----------------------------------------------------------------------------------------------------

Ref<Object> collate(Object*, Str* os1, Str* os2) {
  std::wstring a, b;
  TRY(str_to_wide(os1, a));
  TRY(str_to_wide(os2, b));
  return int_from(std::wcscoll(a.c_str(), b.c_str()));
}

Ref<Object> transform(Object*, Str* string) {
  std::wstring text;
  TRY(str_to_wide(string, text));
  std::wstring key(text.size() + 1, L'\0');
  while (true) {
    errno = 0;
    size_t needed = std::wcsxfrm(key.data(), text.c_str(), key.size());
    if (errno && errno != ERANGE) return raise_os_error(errno);
    if (needed < key.size()) return str_from_wide({key.data(), needed});
    key.resize(needed + 1);
  }
}

// ---- Texts of the locale ------------------------------------------------------------------------------------------

struct Constant {
  const char* name;
  int value;
};
#define ITEM(name) \
  { #name, name }
constexpr Constant kLanginfo[] = {
    ITEM(DAY_1),    ITEM(DAY_2),     ITEM(DAY_3),       ITEM(DAY_4),     ITEM(DAY_5),      ITEM(DAY_6),
    ITEM(DAY_7),    ITEM(ABDAY_1),   ITEM(ABDAY_2),     ITEM(ABDAY_3),   ITEM(ABDAY_4),    ITEM(ABDAY_5),
    ITEM(ABDAY_6),  ITEM(ABDAY_7),   ITEM(MON_1),       ITEM(MON_2),     ITEM(MON_3),      ITEM(MON_4),
    ITEM(MON_5),    ITEM(MON_6),     ITEM(MON_7),       ITEM(MON_8),     ITEM(MON_9),      ITEM(MON_10),
    ITEM(MON_11),   ITEM(MON_12),    ITEM(ABMON_1),     ITEM(ABMON_2),   ITEM(ABMON_3),    ITEM(ABMON_4),
    ITEM(ABMON_5),  ITEM(ABMON_6),   ITEM(ABMON_7),     ITEM(ABMON_8),   ITEM(ABMON_9),    ITEM(ABMON_10),
    ITEM(ABMON_11), ITEM(ABMON_12),  ITEM(RADIXCHAR),   ITEM(THOUSEP),   ITEM(CRNCYSTR),   ITEM(D_T_FMT),
    ITEM(D_FMT),    ITEM(T_FMT),     ITEM(AM_STR),      ITEM(PM_STR),    ITEM(CODESET),    ITEM(T_FMT_AMPM),
    ITEM(ERA),      ITEM(ERA_D_FMT), ITEM(ERA_D_T_FMT), ITEM(ERA_T_FMT), ITEM(ALT_DIGITS), ITEM(YESEXPR),
    ITEM(NOEXPR),   ITEM(_DATE_FMT),
};

Ref<Object> langinfo(Object*, int key) {
  auto is_key = [key](const Constant& each) { return each.value == key; };
  if (std::none_of(std::begin(kLanginfo), std::end(kLanginfo), is_key)) {
    return raise(ValueError, "unsupported langinfo constant");
  }
  const char* text = nl_langinfo(key);
  return str_from_locale(text ? text : "");
}

Ref<Object> encoding(Object*) {
  const char* codeset = nl_langinfo(CODESET);
  return codeset && *codeset ? str_from_locale(codeset) : str_from_ascii("UTF-8");
}

// ---- Messages -----------------------------------------------------------------------------------------------------

// A translation belongs to the C library; it is the message itself where there is none.
Ref<Object> translate(Object*, Str* msg) {
  const char* text = TRY(text_argument(msg));
  return str_from_locale(gettext(text));
}
Ref<Object> translate_in_domain(Object*, Object* domain, Str* msg) {
  const char* in = TRY(optional_text(domain, "dgettext() argument 1"));
  const char* text = TRY(text_argument(msg));
  return str_from_locale(dgettext(in, text));
}
Ref<Object> translate_in_category(Object*, Object* domain, Str* msg, int category) {
  const char* in = TRY(optional_text(domain, "dcgettext() argument 1"));
  const char* text = TRY(text_argument(msg));
  return str_from_locale(dcgettext(in, text, category));
}

Ref<Object> text_domain(Object*, Object* domain) {
  const char* wanted = TRY(optional_text(domain, "textdomain() argument"));
  const char* now = textdomain(wanted);
  if (!now) return raise_os_error(errno);
  return str_from_locale(now);
}

Ref<Object> bind_text_domain(Object*, Str* domain, Object* dir) {
  const char* of = TRY(text_argument(domain));
  if (!*of) return raise(g_error, "domain must be a non-empty string");
  Ref<Bytes> folder;
  if (!is_none(dir)) folder = TRY(str_encode_fs(dir))
  .cast_to<Bytes>();
  const char* now = bindtextdomain(of, folder ? folder->data : nullptr);
  if (!now) return raise_os_error(errno);
  return str_from_locale(now);
}

Ref<Object> bind_codeset(Object*, Str* domain, Object* codeset) {
  const char* of = TRY(text_argument(domain));
  const char* wanted = TRY(optional_text(codeset, "bind_textdomain_codeset() argument 2"));
  const char* now = bind_textdomain_codeset(of, wanted);
  if (!now) return none_ref();
  return str_from_locale(now);
}

// ---- The module ---------------------------------------------------------------------------------------------------

constinit MethodDef functions[] = {
    FUNCTION(set_locale, "setlocale(module, category, locale=<unrepresentable>, /)",
             "Set the locale of a category, or tell it when none is given."),
    FUNCTION(locale_conventions, "localeconv(module, /)", "Return the conventions for numbers and money as a dict."),
    FUNCTION(collate, "strcoll(module, os1, os2, /)", "Compare two strings as the locale orders them: -, 0 or +."),
    FUNCTION(transform, "strxfrm(module, string, /)",
             "Return a string whose plain comparison with others of this kind is the locale's order."),
    FUNCTION(langinfo, "nl_langinfo(module, key, /)", "Return a text of the locale."),
    FUNCTION(translate, "gettext(module, msg, /)", "Return the translation of a message."),
    FUNCTION(translate_in_domain, "dgettext(module, domain, msg, /)",
             "Return the translation of a message in a domain."),
    FUNCTION(translate_in_category, "dcgettext(module, domain, msg, category, /)",
             "Return the translation of a message in a domain and category."),
    FUNCTION(text_domain, "textdomain(module, domain, /)", "Set the domain of gettext(); returns the one in use."),
    FUNCTION(bind_text_domain, "bindtextdomain(module, domain, dir, /)", "Set the folder of a domain's translations."),
    FUNCTION(bind_codeset, "bind_textdomain_codeset(module, domain, codeset, /)",
             "Set the encoding of a domain's translations."),
    FUNCTION(encoding, "getencoding(module, /)", "Return the encoding of the locale."),
    {},
};

constexpr Constant kCategories[] = {
    ITEM(LC_CTYPE),    ITEM(LC_TIME),    ITEM(LC_COLLATE), ITEM(LC_MONETARY),
    ITEM(LC_MESSAGES), ITEM(LC_NUMERIC), ITEM(LC_ALL),     ITEM(CHAR_MAX),
};
#undef ITEM

Status exec(Module* m) {
  if (!g_error) g_error = TRY(exception_class_new("locale.Error", Exception))
  .release();
  for (const Constant& each : kCategories) TRY(module_add_int(m, each.name, each.value));
  TRY(module_add(m, "Error", share(as_object(g_error))));
  for (const Constant& each : kLanginfo) TRY(module_add_int(m, each.name, each.value));
  return kOk;
}

}  // namespace

constinit NativeModule _locale_module = {"_locale", functions, exec, "Support for POSIX locales."};

}  // namespace minipy
