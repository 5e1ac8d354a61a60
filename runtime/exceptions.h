// The exception hierarchy: layouts and the static types. Source: library reference "Built-in Exceptions".
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Type;
struct Str;

#define MINIPY_EXCEPTION_FIELDS \
  Object base;                  \
  Object* dict;                 \
  Object* args; /* tuple */     \
  Object* notes;                \
  Object* traceback;            \
  Object* context;              \
  Object* cause;                \
  char suppress_context;

struct BaseExceptionObject {
  MINIPY_EXCEPTION_FIELDS
};
static_assert(sizeof(BaseExceptionObject) == 72);
struct ExceptionGroupObject {
  MINIPY_EXCEPTION_FIELDS
  Object* message;
  Object* exceptions;
};
struct SyntaxErrorObject {
  MINIPY_EXCEPTION_FIELDS
  Object *msg, *filename, *lineno, *offset, *end_lineno, *end_offset, *text, *print_file_and_line;
};
struct ImportErrorObject {
  MINIPY_EXCEPTION_FIELDS
  Object *msg, *name, *path;
};
struct UnicodeErrorObject {
  MINIPY_EXCEPTION_FIELDS
  Object *encoding, *object;
  ssize start, end;
  Object* reason;
};
struct SystemExitObject {
  MINIPY_EXCEPTION_FIELDS
  Object* code;
};
struct OSErrorObject {
  MINIPY_EXCEPTION_FIELDS
  Object *errno_, *strerror, *filename, *filename2;
  ssize written;
};
static_assert(sizeof(OSErrorObject) == 112);
struct StopIterationObject {
  MINIPY_EXCEPTION_FIELDS
  Object* value;
};
struct NameErrorObject {
  MINIPY_EXCEPTION_FIELDS
  Object* name;
};
struct AttributeErrorObject {
  MINIPY_EXCEPTION_FIELDS
  Object *obj, *name;
};

// X(Name, Base) in an order where bases come first.
#define MINIPY_EXCEPTIONS(X)                 \
  X(Exception, BaseException)                \
  X(BaseExceptionGroup, BaseException)       \
  X(GeneratorExit, BaseException)            \
  X(KeyboardInterrupt, BaseException)        \
  X(SystemExit, BaseException)               \
  X(ArithmeticError, Exception)              \
  X(AssertionError, Exception)               \
  X(AttributeError, Exception)               \
  X(BufferError, Exception)                  \
  X(EOFError, Exception)                     \
  X(ImportError, Exception)                  \
  X(LookupError, Exception)                  \
  X(MemoryError, Exception)                  \
  X(NameError, Exception)                    \
  X(OSError, Exception)                      \
  X(ReferenceError, Exception)               \
  X(RuntimeError, Exception)                 \
  X(StopAsyncIteration, Exception)           \
  X(StopIteration, Exception)                \
  X(SyntaxError, Exception)                  \
  X(SystemError, Exception)                  \
  X(TypeError, Exception)                    \
  X(ValueError, Exception)                   \
  X(Warning, Exception)                      \
  X(FloatingPointError, ArithmeticError)     \
  X(OverflowError, ArithmeticError)          \
  X(ZeroDivisionError, ArithmeticError)      \
  X(BytesWarning, Warning)                   \
  X(DeprecationWarning, Warning)             \
  X(EncodingWarning, Warning)                \
  X(FutureWarning, Warning)                  \
  X(ImportWarning, Warning)                  \
  X(PendingDeprecationWarning, Warning)      \
  X(ResourceWarning, Warning)                \
  X(RuntimeWarning, Warning)                 \
  X(SyntaxWarning, Warning)                  \
  X(UnicodeWarning, Warning)                 \
  X(UserWarning, Warning)                    \
  X(BlockingIOError, OSError)                \
  X(ChildProcessError, OSError)              \
  X(ConnectionError, OSError)                \
  X(FileExistsError, OSError)                \
  X(FileNotFoundError, OSError)              \
  X(InterruptedError, OSError)               \
  X(IsADirectoryError, OSError)              \
  X(NotADirectoryError, OSError)             \
  X(PermissionError, OSError)                \
  X(ProcessLookupError, OSError)             \
  X(TimeoutError, OSError)                   \
  X(BrokenPipeError, ConnectionError)        \
  X(ConnectionAbortedError, ConnectionError) \
  X(ConnectionRefusedError, ConnectionError) \
  X(ConnectionResetError, ConnectionError)   \
  X(IndexError, LookupError)                 \
  X(KeyError, LookupError)                   \
  X(IndentationError, SyntaxError)           \
  X(ModuleNotFoundError, ImportError)        \
  X(NotImplementedError, RuntimeError)       \
  X(RecursionError, RuntimeError)            \
  X(TabError, IndentationError)              \
  X(UnboundLocalError, NameError)            \
  X(UnicodeError, ValueError)                \
  X(UnicodeDecodeError, UnicodeError)        \
  X(UnicodeEncodeError, UnicodeError)        \
  X(UnicodeTranslateError, UnicodeError)

namespace exception_types {
extern Type BaseException;
#define MINIPY_DECLARE(Name, Base) extern Type Name;
MINIPY_EXCEPTIONS(MINIPY_DECLARE)
#undef MINIPY_DECLARE
}  // namespace exception_types

inline constexpr Type* BaseException = &exception_types::BaseException;
#define MINIPY_DECLARE(Name, Base) inline constexpr Type* Name = &exception_types::Name;
MINIPY_EXCEPTIONS(MINIPY_DECLARE)
#undef MINIPY_DECLARE
// ExceptionGroup(BaseExceptionGroup, Exception) is a heap type made at start-up. Borrowed.
Type* exception_group_type();

bool is_exception_instance(const Object* p);
bool is_exception_class(const Object* p);

// Traceback chain of an exception instance. New/borrowed as named.
Object* exception_traceback(Object* exception);  // borrowed, may be null
void exception_set_traceback(Object* exception, Object* traceback);
Object* exception_context(Object* exception);
void exception_set_context(Object* exception, Ref<Object> context);
Object* exception_cause(Object* exception);
void exception_set_cause(Object* exception, Ref<Object> cause);

}  // namespace minipy
