// Raising, testing and saving exceptions.
//
//   return raise(TypeError, "'{}' object is not callable", type_name(x));
//
// Formats are fmt-like: "{}" takes the next argument, "{:.200}" bounds a string, "{:x}" and "{:04x}" numbers, "{{" is a
// brace. Arguments: integers, double, C strings, std::string_view, objects (`Object*` and layouts print as str();
// `repr_of(x)` as repr(), `ascii_of(x)`), char32_t as a character.
#pragma once

#include <string_view>

#include "gc/object.h"
#include "runtime/exceptions.h"
#include "runtime/result.h"

namespace minipy {

struct ReprOf {
  Object* object;
};
struct AsciiOf {
  Object* object;
};
template <class T>
inline ReprOf repr_of(const T* p) {
  return {const_cast<Object*>(as_object(p))};
}
template <class T>
inline AsciiOf ascii_of(const T* p) {
  return {const_cast<Object*>(as_object(p))};
}

// One formatting argument, type-erased, so that formatting is one function and not a template per call.
struct FormatArg {
  enum class Kind : unsigned char { kInt, kUint, kDouble, kChar, kText, kObject, kRepr, kAscii };
  Kind kind;
  union {
    long long i;
    unsigned long long u;
    double d;
    char32_t c;
    struct {
      const char* data;
      size_t size;
    } text;
    Object* object;
  };

  FormatArg(bool v) : kind(Kind::kInt), i(v) {}
  FormatArg(char v) : kind(Kind::kChar), c(static_cast<unsigned char>(v)) {}
  FormatArg(char32_t v) : kind(Kind::kChar), c(v) {}
  FormatArg(int v) : kind(Kind::kInt), i(v) {}
  FormatArg(long v) : kind(Kind::kInt), i(v) {}
  FormatArg(long long v) : kind(Kind::kInt), i(v) {}
  FormatArg(unsigned v) : kind(Kind::kUint), u(v) {}
  FormatArg(unsigned long v) : kind(Kind::kUint), u(v) {}
  FormatArg(unsigned long long v) : kind(Kind::kUint), u(v) {}
  FormatArg(double v) : kind(Kind::kDouble), d(v) {}
  FormatArg(const char* v) : FormatArg(v ? std::string_view(v) : std::string_view("(null)")) {}
  FormatArg(std::string_view v) : kind(Kind::kText) {  // UTF-8
    text.data = v.data();
    text.size = v.size();
  }
  FormatArg(ReprOf v) : kind(Kind::kRepr), object(v.object) {}
  FormatArg(AsciiOf v) : kind(Kind::kAscii), object(v.object) {}
  template <class T>
  requires(std::is_class_v<T>) FormatArg(const T* v) : kind(Kind::kObject), object(const_cast<Object*>(as_object(v))) {}
  template <class T>
  FormatArg(const Ref<T>& v) : kind(Kind::kObject), object(as_object(v.get())) {}
};

// New str; null with an exception pending when a repr() or memory fails.
Ref<Str> format_message_args(std::string_view format, const FormatArg* args, size_t count);
template <class... A>
inline Ref<Str> format_message(std::string_view format, const A&... a) {
  if constexpr (sizeof...(A) == 0) {
    return format_message_args(format, nullptr, 0);
  } else {
    const FormatArg args[] = {FormatArg(a)...};
    return format_message_args(format, args, sizeof...(A));
  }
}

Raised raise_args(Type* type, std::string_view format, const FormatArg* args, size_t count);
template <class... A>
[[gnu::cold]] inline Raised raise(Type* type, std::string_view format, const A&... a) {
  if constexpr (sizeof...(A) == 0) {
    return raise_args(type, format, nullptr, 0);
  } else {
    const FormatArg args[] = {FormatArg(a)...};
    return raise_args(type, format, args, sizeof...(A));
  }
}

// Raises with a prepared value: an instance of `type`, a tuple of constructor arguments, one argument, or null.
Raised raise_object(Type* type, Object* value);
Raised raise_none(Type* type);             // no arguments
Raised raise_instance(Object* exception);  // an exception instance
Raised raise_no_memory_error();
// OSError from errno (subclass chosen by errno) with 0 to 2 file names (borrowed, may be null).
Raised raise_os_error(int error_number, Object* filename = nullptr, Object* filename2 = nullptr);
Raised raise_key_error(Object* key);         // wraps tuples so that args is (key,)
Raised raise_stop_iteration(Object* value);  // value null: no value
// TypeError "bad argument type for built-in operation" / SystemError for internal misuse.
Raised raise_bad_argument();
Raised raise_bad_internal_call(const char* file, int line);

// The pending exception's type (borrowed) or null.
Object* error_occurred();
inline bool error_pending() { return error_occurred() != nullptr; }
void error_clear();
// True when the pending exception is an instance of `type` (subclass check by MRO).
bool error_matches(Type* type);
// error_matches + error_clear.
bool error_clear_if(Type* type);
// except-clause matching: `given` is an exception instance or class, `wanted` a class or tuple of classes.
bool exception_given_matches(Object* given, Object* wanted);

// Takes the pending exception off the thread, normalised, with its traceback set; null when there is none.
Ref<Object> error_take();
// Puts an exception instance (as taken by error_take) back; null clears.
void error_restore(Ref<Object> exception);

// The raw three-part indicator (type, value, traceback), possibly not normalised.
struct ErrorState {
  Ref<Object> type;
  Ref<Object> value;
  Ref<Object> traceback;
};
ErrorState error_fetch();
void error_restore_state(ErrorState state);
void error_normalize(ErrorState& state);

// Saves the pending exception for the scope and restores it at the end (used around calls that must not disturb it).
class PreserveError {
 public:
  PreserveError() : saved_(error_fetch()) {}
  ~PreserveError() { error_restore_state(std::move(saved_)); }
  PreserveError(const PreserveError&) = delete;

 private:
  ErrorState saved_;
};

// Reports an exception that cannot propagate through sys.unraisablehook; clears it.
void error_write_unraisable(Object* where);
void error_write_unraisable_message(const char* message, Object* where);

// Issues a warning of `category` through the warnings machinery; Failed when it became an exception.
Status warn_args(Type* category, ssize stack_level, std::string_view format, const FormatArg* args, size_t count);
template <class... A>
inline Status warn(Type* category, ssize stack_level, std::string_view format, const A&... a) {
  const FormatArg args[] = {FormatArg(0), FormatArg(a)...};
  return warn_args(category, stack_level, format, args + 1, sizeof...(A));
}

// As warn, about a place in a source file (the compiler's warnings; module and registry are CPython's defaults).
Status warn_explicit(Type* category, Str* message, Str* filename, int lineno);

// Set by stdlib/sys: reports through sys.unraisablehook. `message` may be null. Takes the exception over.
extern void (*g_unraisable_hook)(ErrorState error, const char* message, Object* where);
// Set by stdlib/_warnings: issues a warning with the message text. Null before that: warnings are dropped.
extern Status (*g_warn_hook)(Type* category, Str* message, ssize stack_level);
extern Status (*g_warn_explicit_hook)(Type* category, Str* message, Str* filename, int lineno);

// Chains: sets `context` as the pending exception's __context__ (avoiding cycles), as `raise` inside an except does.
void error_set_context(Object* exception, Object* context);
// Wraps the pending exception as cause and context of a new one with the message.
Raised raise_from_pending(Type* type, std::string_view message);

}  // namespace minipy
