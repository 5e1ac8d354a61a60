// Runtime, interpreter and thread state: the only homes of mutable state (D7). Offsets of ThreadState fields marked
// ABI are read by compiled extension modules.
#pragma once

#include <atomic>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Dict;
struct List;
struct Type;
struct Interpreter;
struct ThreadState;
struct InterpreterFrame;  // vm/frame.h
struct StackChunk;

// What a frame's exception handlers see as "the exception being handled" (sys.exc_info()).
struct HandledException {
  Object* value;  // instance or null
  HandledException* previous;
};

// sys.setprofile / sys.settrace function at C level: (object, frame, event, argument) -> 0 or -1.
using TraceFunc = int (*)(Object*, Object*, int, Object*);

struct ThreadState {
  ThreadState* prev;
  ThreadState* next;
  Interpreter* interp;  // ABI 16
  int initialized;
  int static_storage;
  int recursion_remaining;  // ABI 32
  int recursion_limit;      // ABI 36
  int recursion_headroom;
  int tracing;  // ABI 44: >0 while a trace function runs
  int tracing_what;
  int use_tracing;             // non-zero: the instrumented loop must run
  InterpreterFrame* frame;     // innermost frame
  TraceFunc c_profilefunc;     // ABI 64
  TraceFunc c_tracefunc;       // 72
  Object* c_profileobj;        // 80
  Object* c_traceobj;          // 88
  Object* curexc_type;         // 96
  Object* curexc_value;        // 104
  Object* curexc_traceback;    // ABI 112
  HandledException* exc_info;  // 120: top of the stack of handled exceptions
  Object* dict;                // 128
  int gilstate_counter;        // ABI 136
  int finalizing_;             // free
  Object* async_exc;           // 144
  unsigned long thread_id;     // 152
  unsigned long native_thread_id;
  int trash_delete_nesting;  // 168
  int trash_pad_;
  Object* trash_delete_later;
  void (*on_delete)(void*);
  void* on_delete_data;
  int coroutine_origin_tracking_depth;
  int pad0_;
  Object* async_gen_firstiter;
  Object* async_gen_finalizer;
  Object* context;            // 224
  unsigned long context_ver;  // 232
  unsigned long id;           // 240
  // Frame stack: chunks of pointers (D6).
  StackChunk* stack_chunk;
  Object** stack_top;
  Object** stack_limit;
  HandledException exc_state;  // bottom of exc_info
  char* c_stack_limit;         // address below which native recursion must stop
  void* free_for_vm[8];
};
static_assert(offsetof(ThreadState, interp) == 16);
static_assert(offsetof(ThreadState, recursion_remaining) == 32);
static_assert(offsetof(ThreadState, recursion_limit) == 36);
static_assert(offsetof(ThreadState, tracing) == 44);
static_assert(offsetof(ThreadState, c_profilefunc) == 64);
static_assert(offsetof(ThreadState, curexc_traceback) == 112);
static_assert(offsetof(ThreadState, gilstate_counter) == 136);

struct Interpreter {
  ThreadState* threads;        // list head
  Dict* modules;               // sys.modules
  Dict* sysdict;               // sys.__dict__
  Dict* builtins;              // builtins.__dict__
  Object* importlib;           // importlib._bootstrap module
  Object* import_func;         // builtins.__import__ at start-up
  Object* codec_search_path;   // list
  Object* codec_search_cache;  // dict
  Object* codec_error_registry;
  int recursion_limit;
  // What the eval loop looks at on back edges and calls: non-zero when a signal, a GIL request, an asynchronous
  // exception or a pending call waits.
  std::atomic<int> eval_breaker;
  std::atomic<int> gil_drop_request;
  std::atomic<int> signals_pending;
  std::atomic<int> async_exception_pending;
  std::atomic<int> calls_pending;
  long switch_interval_us;
  bool finalizing;
  // Command-line configuration as sys.flags and the compiler need it.
  struct Config {
    int optimize = 0;  // -O
    bool dont_write_bytecode = false;
    bool ignore_environment = false;
    bool isolated = false;
    bool no_site = false;
    bool no_user_site = false;
    bool unbuffered = false;
    int verbose = 0;
    int inspect = 0;
    bool interactive = false;
    bool quiet = false;
    int bytes_warning = 0;
    bool safe_path = false;
    bool dev_mode = false;
    bool utf8_mode = false;
    bool warn_default_encoding = false;
    int int_max_str_digits = 4300;
    bool int_max_str_digits_given = false;
    bool use_hash_seed = false;  // PYTHONHASHSEED given
    unsigned long hash_seed = 0;
  } config;
};

extern ThreadState* g_current_thread;  // the GIL's holder
extern Interpreter* g_interpreter;     // the main interpreter
inline ThreadState* current_thread() { return g_current_thread; }
inline Interpreter* current_interpreter() { return g_interpreter; }

// Called where 3.11 counts recursion in native code (repr, comparison, call...). Usage:
//   RecursionGuard guard(" while getting the repr of an object");
//   if (!guard) return kRaised;
class RecursionGuard {
 public:
  explicit RecursionGuard(const char* where) {
    ThreadState* t = current_thread();
    ok_ = --t->recursion_remaining >= 0 && reinterpret_cast<char*>(__builtin_frame_address(0)) > t->c_stack_limit;
    if (!ok_) [[unlikely]]
      ok_ = check_failed(t, where);
  }
  ~RecursionGuard() { current_thread()->recursion_remaining++; }
  RecursionGuard(const RecursionGuard&) = delete;
  explicit operator bool() const { return ok_; }

 private:
  // Raises RecursionError "maximum recursion depth exceeded{where}"; true when headroom allows going on.
  static bool check_failed(ThreadState* t, const char* where);
  bool ok_;
};

// Marks a container as being repr'd on this thread: 1 when it already is (recursive repr), 0 newly entered, -1 error.
int repr_enter(Object* p);
void repr_leave(Object* p);

// Releases the GIL for the scope (around blocking calls).
class ReleaseGil {
 public:
  ReleaseGil();
  ~ReleaseGil();
  ReleaseGil(const ReleaseGil&) = delete;

 private:
  ThreadState* saved_;
};
// Set by vm/gil.cc at start-up; null before (single thread).
extern ThreadState* (*g_gil_release_hook)();
extern void (*g_gil_acquire_hook)(ThreadState*);

// Runs pending signal handlers on the main thread. Failed: a handler raised.
Status check_signals();
extern Status (*g_check_signals_hook)();

}  // namespace minipy
