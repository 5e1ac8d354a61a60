// Printing exceptions as the interpreter shows uncaught ones: chains (PEP 3134), groups (PEP 654), notes (PEP 678).
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/sys/print_exception.h"
#include "stdlib/sys/sys.h"

namespace minipy {
namespace {

constexpr int kMaxGroupWidth = 15, kMaxGroupDepth = 10;

// Text of a str for printing: what cannot be encoded is escaped.
std::string text_of(Str* s) {
  std::string_view utf8 = str_utf8(s);
  if (utf8.data()) return std::string(utf8);
  error_clear();
  Ref<Object> bytes = str_encode(s, "utf-8", "backslashreplace");
  if (!bytes) {
    error_clear();
    return "<unencodable>";
  }
  return std::string(bytes_text(bytes.get()));
}

std::string text_or(Ref<Str> s, const char* fallback) {
  if (s) return text_of(s.get());
  error_clear();
  return fallback;
}

Ref<Object> attribute(Object* p, Str* name) {
  Ref<Object> value;
  if (!object_find_attr(p, name, value)) error_clear();
  return value;
}

class Printer {
 public:
  std::string take() { return std::move(out_); }

  void print(Object* exception) {
    RecursionGuard guard(" in print_exception_recursive");
    if (!guard) {
      error_clear();
      return;
    }
    seen_.push_back(exception);
    print_chained(exception);
    if (is_instance_of(exception, BaseExceptionGroup)) {
      print_group(exception);
    } else {
      print_one(exception, "Traceback (most recent call last):\n", '|');
    }
  }

 private:
  bool was_seen(Object* p) const {
    for (Object* s : seen_) {
      if (s == p) return true;
    }
    return false;
  }

  std::string margin(char mark) const {
    std::string m(static_cast<size_t>(2 * depth_), ' ');
    if (depth_) (m += mark) += ' ';
    return m;
  }
  // Adds text whose lines all get the margin.
  void emit(std::string_view text, char mark = '|') {
    while (!text.empty()) {
      size_t end = text.find('\n');
      size_t n = end == std::string_view::npos ? text.size() : end + 1;
      out_ += margin(mark);
      out_ += text.substr(0, n);
      text.remove_prefix(n);
    }
  }

  void print_chained(Object* exception) {
    Object* cause = exception_cause(exception);
    Object* context = exception_context(exception);
    bool suppress = cast<BaseExceptionObject>(exception)->suppress_context;
    if (cause) {
      if (was_seen(cause)) return;
      print_before(cause, "The above exception was the direct cause of the following exception:\n");
    } else if (context && !suppress && !was_seen(context)) {
      print_before(context, "During handling of the above exception, another exception occurred:\n");
    }
  }
  void print_before(Object* earlier, const char* message) {
    bool saved = need_close_;
    need_close_ = false;
    print(earlier);
    need_close_ = need_close_ || saved;
    emit("\n");
    emit(message);
    emit("\n");
  }

  void print_one(Object* exception, const char* header, char header_mark) {
    if (Object* traceback = exception_traceback(exception)) {
      std::string text = format_traceback(traceback);
      if (!text.empty()) {
        emit(header, header_mark);
        emit(text);
      }
    }
    emit(format_exception_only(exception));
  }

  void print_group(Object* exception) {
    if (depth_ > kMaxGroupDepth) {
      emit("... (max_group_depth is " + std::to_string(kMaxGroupDepth) + ")\n");
      return;
    }
    bool top = depth_ == 0;
    if (top) depth_ = 1;
    print_one(exception, "Exception Group Traceback (most recent call last):\n", top ? '+' : '|');
    Tuple* members = cast<Tuple>(cast<ExceptionGroupObject>(exception)->exceptions);
    int total = static_cast<int>(tuple_size(members));
    int shown = total <= kMaxGroupWidth ? total : kMaxGroupWidth + 1;
    need_close_ = false;
    for (int i = 0; i < shown; i++) {
      bool last = i == shown - 1, truncated = i >= kMaxGroupWidth;
      if (last) need_close_ = true;
      out_ += std::string(static_cast<size_t>(2 * depth_), ' ') + (i == 0 ? "+-" : "  ") + "+---------------- " +
              (truncated ? "..." : std::to_string(i + 1)) + " ----------------\n";
      depth_++;
      if (truncated) {
        int rest = total - kMaxGroupWidth;
        emit("and " + std::to_string(rest) + " more exception" + (rest > 1 ? "s" : "") + "\n");
      } else {
        print(members->items[i]);
      }
      if (last && need_close_) {
        out_ += std::string(static_cast<size_t>(2 * depth_), ' ') + "+------------------------------------\n";
        need_close_ = false;
      }
      depth_--;
    }
    if (top) depth_ = 0;
  }

  std::string out_;
  std::vector<Object*> seen_;
  int depth_ = 0;
  bool need_close_ = false;
};

// Lines of __notes__.
void append_notes(Object* exception, std::string& out) {
  Ref<Object> notes = attribute(exception, NAME("__notes__"));
  if (!notes || is_none(notes.get())) return;
  if (!is_sequence(notes.get())) {
    out += text_or(object_repr(notes.get()), "<__notes__ repr() failed>");
    return;
  }
  Ref<Object> fast = sequence_fast(notes.get(), "");
  for (ssize i = 0; fast && i < sequence_fast_size(fast.get()); i++) {
    out += text_or(object_str(sequence_fast_items(fast.get())[i]), "<note str() failed>") + "\n";
  }
}

// File, line, text and carets of a SyntaxError, from its attributes (which a program may have set).
void append_syntax_error_place(Object* exception, std::string& out, std::string& suffix) {
  auto field = [&](const char* name) { return attribute(exception, str_intern_ascii(name).get()); };
  Ref<Object> filename = field("filename"), lineno = field("lineno"), text = field("text");
  auto present = [](const Ref<Object>& p) { return p && !is_none(p.get()); };
  if (present(lineno)) {
    std::string file = present(filename) ? text_or(object_str(filename.get()), "<string>") : "<string>";
    out += "  File \"" + file + "\", line " + text_or(object_str(lineno.get()), "?") + "\n";
  } else if (present(filename)) {
    suffix = " (" + text_or(object_str(filename.get()), "?") + ")";
  }
  if (!present(text) || !is_str(text.get())) return;
  auto number = [](const Ref<Object>& p, ssize fallback) -> ssize {
    if (!p || !is_int(p.get())) return fallback;
    Maybe<ssize> v = int_to_ssize(p.get());
    if (!v) error_clear();
    return v ? *v : fallback;
  };
  append_syntax_error_text(cast<Str>(text.get()), number(field("offset"), -1), number(field("end_offset"), -1),
                           number(lineno, 0), number(field("end_lineno"), 0), out);
}

}  // namespace

// "module.Name", without the module for builtins and __main__.
std::string exception_type_text(Object* exception) {
  Object* type = as_object(type_of(exception));
  Ref<Object> module = attribute(type, NAME("__module__")), qualname = attribute(type, NAME("__qualname__"));
  std::string text;
  if (!module || !is_str(module.get())) {
    text = "<unknown>.";
  } else if (!str_equals_ascii(cast<Str>(module.get()), "builtins") &&
             !str_equals_ascii(cast<Str>(module.get()), "__main__")) {
    text = text_of(cast<Str>(module.get())) + ".";
  }
  text += qualname && is_str(qualname.get()) ? text_of(cast<Str>(qualname.get())) : "<unknown>";
  return text;
}

void append_syntax_error_text(Str* text, ssize offset, ssize end_offset, ssize line, ssize end_line, std::string& out) {
  std::u32string chars;
  for (ssize i = 0; i < str_length(text); i++) chars += str_at(text, i);
  auto bytes = static_cast<ssize>(text_of(text).size());
  while (!chars.empty() && chars.back() == '\n') {
    chars.pop_back();
    bytes--;
  }
  size_t skipped = 0;
  while (skipped < chars.size() &&
         (chars[skipped] == ' ' || chars[skipped] == '\t' || chars[skipped] == '\f' || chars[skipped] == '\n')) {
    skipped++;
  }
  Ref<Str> shown = str_from_ucs4(chars.data() + skipped, static_cast<ssize>(chars.size() - skipped));
  if (!shown) {
    error_clear();
    return;
  }
  out += "    " + text_of(shown.get()) + "\n";
  if (offset < 1) return;
  // An error over several lines is marked to the end of the first.
  if (end_line > line) end_offset = static_cast<ssize>(text_of(text).size());
  if (end_offset <= 0) end_offset = offset;
  if (offset == end_offset) end_offset = offset + 1;
  // Nothing is marked beyond the place after the last character; as in CPython, the line's bytes are counted for it.
  ssize after = bytes + 1;
  offset = std::min(offset, after);
  end_offset = std::min(end_offset, after);
  ssize column = offset - 1 - static_cast<ssize>(skipped);
  ssize end_column = end_offset - 1 - static_cast<ssize>(skipped);
  if (column < 0) return;
  out += "    " + std::string(static_cast<size_t>(column), ' ');
  out += std::string(static_cast<size_t>(end_column > column ? end_column - column : 1), '^') + "\n";
}

std::string format_exception_only(Object* exception) {
  std::string out, suffix;
  bool syntax_error = false;
  if (is_instance_of(exception, SyntaxError)) {
    Ref<Object> marker = attribute(exception, NAME("print_file_and_line"));
    syntax_error = static_cast<bool>(marker);
  }
  if (syntax_error) append_syntax_error_place(exception, out, suffix);
  out += exception_type_text(exception);
  if (syntax_error) {
    Ref<Object> msg = attribute(exception, NAME("msg"));
    bool have = msg && !is_none(msg.get());
    out +=
        ": " + (have ? text_or(object_str(msg.get()), "<exception str() failed>") : "<no detail available>") + suffix;
  } else {
    Ref<Str> message = object_str(exception);
    if (!message) {
      error_clear();
      out += ": <exception str() failed>";
    } else if (str_length(message.get())) {
      out += ": " + text_of(message.get());
    }
  }
  Ref<Str> suggestion = suggestion_for(exception);
  if (error_pending()) error_clear();
  if (suggestion) out += text_of(suggestion.get());
  out += "\n";
  append_notes(exception, out);
  return out;
}

void print_exception(Object* exception, Object* file) {
  if (!is_exception_instance(exception)) return;
  Printer printer;
  printer.print(exception);
  write_text(file, printer.take());
  Ref<Object> flushed = call_method(file, NAME("flush"));
  if (!flushed) error_clear();
}

void write_text(Object* file, std::string_view utf8) {
  Ref<Str> text = str_decode_utf8(utf8.data(), static_cast<ssize>(utf8.size()), "surrogatepass");
  Ref<Object> done;
  if (text) done = call_method(file, NAME("write"), text.get());
  if (!done) error_clear();
}

}  // namespace minipy
