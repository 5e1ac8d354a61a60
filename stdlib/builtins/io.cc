// builtins: print, input, breakpoint. Source: library reference "Built-in Functions".
#include <unistd.h>
#include <cerrno>
#include <cstdio>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/static_str.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/_io/io.h"
#include "stdlib/builtins/builtins.h"
#include "stdlib/read_line.h"

namespace minipy {

Ref<Str> (*g_read_line_hook)(Str* prompt) = nullptr;

namespace {

Object* sys_attribute(Str* name) { return dict_get_str(current_interpreter()->sysdict, name); }

Status check_separator(const char* name, Object* value) {
  if (is_none(value) || is_str(value)) return kOk;
  return raise(TypeError, "{} must be None or a string, not {:.200}", name, type_name(value));
}

Status builtin_print(Object*, VarArgs args, Object* sep, Object* end, Object* file, bool flush) {
  // CPython's parser hands the values over in a tuple, which counts for the collector (D9).
  Ref<Tuple> counted = TRY(tuple_from_array(args.items, args.size));
  Ref<Object> standard;
  if (!file || is_none(file)) {
    standard = Ref<Object>::share(sys_attribute(NAME("stdout")));
    if (!standard) return raise(RuntimeError, "lost sys.stdout");
    if (is_none(standard.get())) return kOk;  // a program without a terminal
    file = standard.get();
  }
  Object* separator = sep ? sep : as_object(STATIC_STR(" "));
  Object* ending = end ? end : as_object(STATIC_STR("\n"));
  TRY(check_separator("sep", separator));
  TRY(check_separator("end", ending));
  if (is_none(separator)) separator = as_object(STATIC_STR(" "));
  if (is_none(ending)) ending = as_object(STATIC_STR("\n"));
  // The write method is looked up for every piece, as CPython does; str() of exact strings is themselves.
  for (ssize i = 0; i < args.size; i++) {
    if (i > 0) TRY(io::stream_write(file, separator));
    TRY(io::stream_write(file, args[i]));
  }
  TRY(io::stream_write(file, ending));
  if (flush) TRY(call_method(file, NAME("flush")));
  return kOk;
}

// ---- input
// -------------------------------------------------------------------------------------------------------------

// True when the stream is the process's own terminal, so that line editing may be used.
bool is_terminal(Object* stream, int descriptor) {
  Ref<Object> number = call_method(stream, NAME("fileno"));
  if (!number || !is_int(number.get())) {
    error_clear();
    return false;
  }
  Maybe<long> n = int_to_long(number.get());
  if (!n) {
    error_clear();
    return false;
  }
  return *n == descriptor && isatty(descriptor);
}

Ref<Object> without_newline(Ref<Object> line) {
  Str* s = cast<Str>(line.get());
  ssize n = str_length(s);
  if (n == 0) return raise(EOFError, "EOF when reading a line");
  if (str_at(s, n - 1) == '\n') return str_substring(s, 0, n - 1);
  return line;
}

Status flush_quietly(Object* stream) {
  Ref<Object> r = call_method(stream, NAME("flush"));
  if (!r) error_clear();
  return kOk;
}

Ref<Object> builtin_input(Object*, Object* prompt) {
  Object* in = sys_attribute(NAME("stdin"));
  Object* out = sys_attribute(NAME("stdout"));
  Object* err = sys_attribute(NAME("stderr"));
  if (!in || is_none(in)) return raise(RuntimeError, "input(): lost sys.stdin");
  if (!out || is_none(out)) return raise(RuntimeError, "input(): lost sys.stdout");
  if (!err || is_none(err)) return raise(RuntimeError, "input(): lost sys.stderr");
  Ref<Object> held_in = Ref<Object>::share(in), held_out = Ref<Object>::share(out);
  TRY(flush_quietly(err));
  Ref<Str> text;
  if (prompt) text = TRY(object_str(prompt));
  if (g_read_line_hook && is_terminal(in, STDIN_FILENO) && is_terminal(out, STDOUT_FILENO)) {
    TRY(flush_quietly(out));
    if (!text) text = str_empty();
    return without_newline(TRY(g_read_line_hook(text.get())));
  }
  if (text) {
    Ref<Object> write = TRY(object_get_attr(out, NAME("write")));
    TRY(call(write.get(), text.get()));
  }
  TRY(flush_quietly(held_out.get()));
  Ref<Object> line = TRY(call_method(held_in.get(), NAME("readline")));
  if (!is_str(line.get())) return raise(TypeError, "object.readline() returned non-string");
  return without_newline(std::move(line));
}

Object* builtin_breakpoint(Object*, Object* const* args, ssize nargs, Object* kwnames) {
  Object* hook = sys_attribute(NAME("breakpointhook"));
  if (!hook) {
    raise(RuntimeError, "lost sys.breakpointhook");
    return nullptr;
  }
  Ref<Object> held = Ref<Object>::share(hook);
  return call_vector(hook, args, static_cast<size_t>(nargs), kwnames).release();
}

}  // namespace

constinit MethodDef builtins_io_functions[] = {
    {"breakpoint", FastcallKeywordsMethod{builtin_breakpoint}, kMethFastcall | kMethKeywords,
     "breakpoint(*args, **kws)\n\nCall sys.breakpointhook(*args, **kws)."},
    FUNCTION(builtin_input, "input(module, prompt='', /)", "Read a string from standard input."),
    FUNCTION(builtin_print, "print(module, /, *args, sep=' ', end='\\n', file=None, flush=False)",
             "Prints the values to a stream, or to sys.stdout by default."),
    {},
};

}  // namespace minipy
