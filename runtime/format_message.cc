// The formatter behind raise() and format_message(): "{}", "{:.200}", "{:x}", "{:04x}", "{:c}", "{{", "}}".
#include <algorithm>
#include <cstdio>

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/str.h"

namespace minipy {
namespace {

struct Spec {
  bool zero = false;
  int width = 0;
  ssize precision = -1;
  char type = 0;
};

// Parses what stands between ':' and '}'.
Spec parse_spec(std::string_view text) {
  Spec spec;
  size_t i = 0;
  auto number = [&] {
    int v = 0;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') v = v * 10 + (text[i++] - '0');
    return v;
  };
  if (i < text.size() && text[i] == '0') {
    spec.zero = true;
    i++;
  }
  spec.width = number();
  if (i < text.size() && text[i] == '.') {
    i++;
    spec.precision = number();
  }
  if (i < text.size()) spec.type = text[i];
  return spec;
}

Status append_padded(StrBuilder& out, std::string_view digits, const Spec& spec) {
  bool negative = !digits.empty() && digits[0] == '-';
  ssize padding = spec.width - static_cast<ssize>(digits.size());
  if (!spec.zero) {
    TRY(out.append_fill(' ', padding));
    return out.append_ascii(digits);
  }
  if (negative) {
    TRY(out.append_char('-'));
    digits.remove_prefix(1);
  }
  TRY(out.append_fill('0', padding));
  return out.append_ascii(digits);
}

Status append_number(StrBuilder& out, const FormatArg& arg, const Spec& spec) {
  if (spec.type == 'c') return out.append_char(static_cast<char32_t>(arg.u));
  char digits[32];
  if (spec.type == 'x' || spec.type == 'X') {
    std::snprintf(digits, sizeof digits, spec.type == 'x' ? "%llx" : "%llX", arg.u);
  } else if (spec.type == 'o') {
    std::snprintf(digits, sizeof digits, "%llo", arg.u);
  } else if (arg.kind == FormatArg::Kind::kInt) {
    std::snprintf(digits, sizeof digits, "%lld", arg.i);
  } else {
    std::snprintf(digits, sizeof digits, "%llu", arg.u);
  }
  return append_padded(out, digits, spec);
}

Status append_bounded(StrBuilder& out, const Str* s, const Spec& spec) {
  return out.append(s, 0, spec.precision < 0 ? str_length(s) : std::min(spec.precision, str_length(s)));
}

Status append_text(StrBuilder& out, const FormatArg& arg, const Spec& spec) {
  ssize size = static_cast<ssize>(arg.text.size);
  if (spec.precision >= 0) size = std::min(size, spec.precision);
  Ref<Str> s = TRY(str_decode_utf8(arg.text.data, size, "replace"));
  TRY(out.append_fill(' ', spec.width - str_length(s.get())));
  return out.append(s.get());
}

Status append_argument(StrBuilder& out, const FormatArg& arg, const Spec& spec) {
  using Kind = FormatArg::Kind;
  switch (arg.kind) {
    case Kind::kInt:
    case Kind::kUint: return append_number(out, arg, spec);
    case Kind::kDouble: {
      char text[400];
      std::snprintf(text, sizeof text, "%.*f", spec.precision < 0 ? 6 : static_cast<int>(spec.precision), arg.d);
      return append_padded(out, text, spec);
    }
    case Kind::kChar: return out.append_char(arg.c);
    case Kind::kText: return append_text(out, arg, spec);
    case Kind::kObject:
    case Kind::kRepr:
    case Kind::kAscii: {
      if (!arg.object) return out.append_ascii("<NULL>");
      Ref<Str> s = arg.kind == Kind::kObject ? object_str(arg.object)
                   : arg.kind == Kind::kRepr ? object_repr(arg.object)
                                             : object_ascii(arg.object);
      if (!s) return Status::failed();
      return append_bounded(out, s.get(), spec);
    }
  }
  return kOk;
}

}  // namespace

Ref<Str> format_message_args(std::string_view format, const FormatArg* args, size_t count) {
  StrBuilder out(static_cast<ssize>(format.size()) + 32);
  size_t next = 0;
  while (!format.empty()) {
    size_t brace = format.find_first_of("{}");
    TRY(out.append_utf8(format.substr(0, brace)));
    if (brace == std::string_view::npos) break;
    format.remove_prefix(brace);
    if (format.size() >= 2 && format[1] == format[0]) {
      TRY(out.append_char(static_cast<unsigned char>(format[0])));
      format.remove_prefix(2);
      continue;
    }
    size_t end = format.find('}');
    if (format[0] == '}' || end == std::string_view::npos || next >= count) {
      return raise(SystemError, "invalid format string passed to format_message()");
    }
    Spec spec;
    if (format[1] == ':') spec = parse_spec(format.substr(2, end - 2));
    TRY(append_argument(out, args[next++], spec));
    format.remove_prefix(end + 1);
  }
  return out.finish();
}

}  // namespace minipy
