// Running inputs: start-up, the checks after every input, and the search for leaks.
//
// Leaks: an input is run several times, and the number of live blocks counted after each. Where it grows every time,
// garbage is collected and the count repeated; if it still grows every time, the input leaks. Unlike a leak checker
// that looks for unreachable memory, this sees objects whose count was raised once too often.
#include "tests/fuzz/engine.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/exceptions.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/type_cache.h"
#include "stdlib/import.h"
#include "stdlib/lifecycle.h"
#include "stdlib/sys/sys.h"
#include "tests/fuzz/target.h"

#ifndef MINIPY_FUZZ_SOURCE_DIR
#error "MINIPY_FUZZ_SOURCE_DIR names the folder of targets.py"
#endif

namespace minipy::fuzz {

const Target kTargets[] = {
    {"tokenizer", false, nullptr, run_tokenizer},
    {"parser", true, nullptr, run_parser},
    {"compiler", true, nullptr, run_compiler},
    {"marshal", false, nullptr, run_marshal},
    {"pyc", true, "run_pyc", nullptr},
    {"re", true, "run_re", nullptr},
    {"sre", true, "run_sre", nullptr},
    {"struct", true, "run_struct", nullptr},
    {"number", true, "run_number", nullptr},
    {"json", true, "run_json", nullptr},
    {"format", true, "run_format", nullptr},
    {nullptr, false, nullptr, nullptr},
};

namespace {

const Target* current = nullptr;
Object* python_function = nullptr;

// ---- Live blocks
// ------------------------------------------------------------------------------------------------

long live_blocks = 0;
void count_allocated(void*, memory::Domain domain, void*, size_t) { live_blocks += domain != memory::Domain::kRaw; }
void count_freed(void*, memory::Domain domain, void*) { live_blocks -= domain != memory::Domain::kRaw; }
const memory::Listener block_counter = {count_allocated, count_freed, nullptr};

void run_once(std::string_view input) {
  if (current->run) {
    current->run(input);
  } else {
    Ref<Bytes> data = bytes_from(input);
    FUZZ_CHECK(data);
    Ref<Object> result = call(python_function, as_object(data.get()));
    if (!result) {
      report_pending_exception();
      FUZZ_CHECK(!"the target raised an exception");
    }
  }
  ThreadState* t = current_thread();
  FUZZ_CHECK(!error_pending());
  FUZZ_CHECK(t->recursion_remaining == t->recursion_limit);
  FUZZ_CHECK(t->recursion_headroom == 0);
  FUZZ_CHECK(!t->frame);
  FUZZ_CHECK(t->exc_info == &t->exc_state && (!t->exc_state.value || is_none(t->exc_state.value)));
}

bool grows(std::string_view input, bool collecting, int rounds) {
  long before = live_blocks;
  for (int i = 0; i < rounds; i++) {
    run_once(input);
    if (collecting) {
      gc_collect(2);
      type_clear_cache();  // it keeps names
    }
    if (live_blocks <= before) return false;
    before = live_blocks;
  }
  return true;
}

void look_for_leak(std::string_view input) {
  const memory::Listener* previous = memory::set_listener(&block_counter);
  if (grows(input, false, 3)) {
    gc_collect(2);
    type_clear_cache();
    long before = live_blocks;
    if (grows(input, true, 6)) {
      std::fprintf(stderr, "fuzz: each run of this input leaves blocks behind (%ld after 6 runs)\n",
                   live_blocks - before);
      std::abort();
    }
  }
  memory::set_listener(previous);
}

bool start_python_target(const char* function) {
  Ref<Str> folder = str_from_utf8(MINIPY_FUZZ_SOURCE_DIR);
  if (!folder || !prepend_sys_path(as_object(folder.get()))) return false;
  Ref<Object> f = import_attribute("targets", function);
  if (!f) return false;
  python_function = f.release();
  return true;
}

}  // namespace

void check_failed(const char* file, int line, const char* condition, const std::string& detail) {
  std::fprintf(stderr, "fuzz: %s:%d: %s\n%s\n", file, line, condition, detail.c_str());
  std::abort();
}

void expect_ordinary_error() {
  if (!error_pending()) return;
  if (error_matches(SystemError) || error_matches(AssertionError)) {
    Ref<Object> error = error_take();
    Ref<Str> text = object_repr(error.get());
    FUZZ_CHECK(!"an error that must not happen", text ? std::string(str_utf8(text.get())) : "?");
  }
  error_clear();
}

bool start(const char* name) {
  for (const Target* t = kTargets; t->name; t++) {
    if (name && !std::strcmp(t->name, name)) current = t;
  }
  if (!current) {
    std::fputs("fuzz: MINIPY_FUZZ_TARGET must be one of:", stderr);
    for (const Target* t = kTargets; t->name; t++) std::fprintf(stderr, " %s", t->name);
    std::fputs("\n", stderr);
    return false;
  }
  StartOptions options;
  options.config.isolated = options.config.ignore_environment = options.config.no_site = true;
  options.config.dont_write_bytecode = true;
  options.config.use_hash_seed = true;
  options.warnoptions = {"ignore"};
  if (current->needs_library ? !start_interpreter(options) : !start_compiler_only()) return false;
  if (current->needs_library) {
    Ref<Object> ast = import_module("_ast");
    Ref<Object> warnings = import_module("warnings");
    if (!ast || !warnings || (current->python_function && !start_python_target(current->python_function))) {
      report_pending_exception();
      return false;
    }
  }
  return true;
}

void run_input(std::string_view input, bool check_leaks) {
  run_once(input);
  // References in marshal data (with the flag 0x80 or without) can make cycles through code objects and tuples that are
  // never freed, as in CPython.
  bool data_of_marshal = !std::strcmp(current->name, "marshal") || !std::strcmp(current->name, "pyc");
  bool may_make_cycles = data_of_marshal && input.find_first_of("r\xf2") != std::string_view::npos;
  if (check_leaks && !may_make_cycles) look_for_leak(input);
}

}  // namespace minipy::fuzz
