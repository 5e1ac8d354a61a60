// Printing exceptions as the interpreter shows uncaught ones: chains (PEP 3134), groups (PEP 654), notes (PEP 678).
#include <algorithm>
#include <cstdio>
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
  if (!notes) return;
  if (!is_sequence(notes.get())) {
    out += text_or(object_repr(notes.get()), "<__notes__ repr() failed>");
    return;
  }
  Ref<Object> fast = sequence_fast(notes.get(), "");
  for (ssize i = 0; fast && i < sequence_fast_size(fast.get()); i++) {
    out += text_or(object_str(sequence_fast_items(fast.get())[i]), "<note str() failed>") + "\n";
  }
}

// What a SyntaxError says about its place. The attributes may be anything that a program has set them to.
struct SyntaxErrorPlace {
  std::string file;
  ssize line = 0, end_line = 0;
  ssize offset = -1, end_offset = -1;  // from 1; -1: none
  bool has_end = false;                // of subclasses (IndentationError) only the beginning is marked
  Ref<Object> text;
};

// An int attribute; for None `fallback`. False: it is missing, or something else.
bool number_attribute(Object* exception, Str* name, ssize fallback, bool may_be_none, ssize& out) {
  Ref<Object> value = attribute(exception, name);
  if (!value) return false;
  out = fallback;
  if (may_be_none && is_none(value.get())) return true;
  if (!is_int(value.get())) return false;
  Maybe<ssize> number = int_to_ssize(value.get());
  if (!number) error_clear();
  out = number ? *number : -1;
  return static_cast<bool>(number);
}

// False: the attributes do not describe a place.
bool read_place(Object* exception, SyntaxErrorPlace& place) {
  Ref<Object> file = attribute(exception, NAME("filename"));
  if (!file) return false;
  place.file = is_none(file.get()) ? "<string>" : text_or(object_str(file.get()), "<string>");
  if (!number_attribute(exception, NAME("lineno"), 0, false, place.line)) return false;
  if (!number_attribute(exception, NAME("offset"), -1, true, place.offset)) return false;
  place.has_end = is_exactly(exception, SyntaxError);
  if (place.has_end) {
    if (!number_attribute(exception, NAME("end_lineno"), place.line, true, place.end_line)) return false;
    if (!number_attribute(exception, NAME("end_offset"), -1, true, place.end_offset)) return false;
  }
  place.text = attribute(exception, NAME("text"));
  return static_cast<bool>(place.text);
}

// The source and, below, the carets. As in CPython offsets count bytes of the text's UTF-8, which ends at a null.
void append_source_and_carets(const SyntaxErrorPlace& place, std::string_view text, std::string& out) {
  ssize size = static_cast<ssize>(text.size());
  ssize start = std::min(place.offset - 1, size);
  if (start > 0 && start == size && text[static_cast<size_t>(start) - 1] == '\n') start--;
  ssize end = start + 1;
  if (place.has_end) end = place.end_line > place.line ? size - 1 : std::min(place.end_offset - 1, size);
  text = text.substr(0, text.find('\0'));
  auto skip = [&](size_t n) {
    text.remove_prefix(n);
    start -= static_cast<ssize>(n);
    end -= static_cast<ssize>(n);
  };
  // Lines before the one with the error.
  for (size_t newline; (newline = text.find('\n')) != text.npos && static_cast<ssize>(newline) < start;) {
    skip(newline + 1);
  }
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t' || text[0] == '\f')) skip(1);
  ((out += "    ") += text) += text.ends_with('\n') ? "" : "\n";
  if (start < 0) return;
  out += "    " + std::string(static_cast<size_t>(start), ' ');
  out += std::string(static_cast<size_t>(end > start ? end - start : 1), '^') + "\n";
}

// The lines before the message, when the attributes describe a place.
bool append_syntax_error_place(Object* exception, std::string& out) {
  SyntaxErrorPlace place;
  if (!read_place(exception, place)) return false;
  out += "  File \"" + place.file + "\", line " + std::to_string(place.line) + "\n";
  if (!is_str(place.text.get())) return true;
  append_source_and_carets(place, text_of(cast<Str>(place.text.get())), out);
  return true;
}

}  // namespace

// "module.Name", without the module for builtins and __main__.
std::string exception_type_text(Object* exception) {
  Type* type = type_of(exception);
  Ref<Object> module = attribute(as_object(type), NAME("__module__"));
  std::string text;
  if (!module || !is_str(module.get())) {
    text = "<unknown>.";
  } else if (!str_equals_ascii(cast<Str>(module.get()), "builtins") &&
             !str_equals_ascii(cast<Str>(module.get()), "__main__")) {
    text = text_of(cast<Str>(module.get())) + ".";
  }
  if (type_has(type, kTypeHeap)) return text + text_of(cast<Str>(reinterpret_cast<HeapType*>(type)->qualname));
  std::string_view name = type->name;
  return text.append(name.substr(name.rfind('.') + 1));
}

std::string format_exception_only(Object* exception) {
  std::string out;
  bool placed = false;
  if (is_instance_of(exception, SyntaxError) && attribute(exception, NAME("print_file_and_line"))) {
    placed = append_syntax_error_place(exception, out);
  }
  out += exception_type_text(exception);
  Ref<Object> said = placed ? attribute(exception, NAME("msg")) : Ref<Object>::share(exception);
  if (said && !is_none(said.get())) {
    Ref<Str> message = object_str(said.get());
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
  if (done) return;
  // Without the memory to write it regularly, the text should be seen all the same.
  bool without_memory = error_matches(MemoryError);
  error_clear();
  if (without_memory && file == sys_get(NAME("stderr"))) std::fwrite(utf8.data(), 1, utf8.size(), stderr);
}

}  // namespace minipy
