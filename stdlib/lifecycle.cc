#include "stdlib/lifecycle.h"

#include <langinfo.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "gc/auditor.h"
#include "gc/collector.h"
#include "gc/deep_dealloc.h"
#include "generated/config.h"
#include "runtime/abstract.h"
#include "runtime/codecs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/gc_support.h"
#include "runtime/hash.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/start_flags.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "runtime/unicode_names.h"
#include "stdlib/_collections/collections.h"
#include "stdlib/builtins/builtins.h"
#include "stdlib/finalize.h"
#include "stdlib/import.h"
#include "stdlib/paths.h"
#include "stdlib/sys/sys.h"
#include "stdlib/tracemalloc.h"
#include "vm/vm.h"

namespace minipy {
namespace {

constexpr int kRecursionLimit = 1000;
constexpr long kSwitchIntervalMicroseconds = 5000;
// Native frames need room below the address at which Python code is refused more depth.
constexpr size_t kNativeReserve = 256 * 1024;

char* lowest_stack_address() {
  pthread_attr_t attributes;
  void* base = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return nullptr;
  pthread_attr_getstack(&attributes, &base, &size);
  pthread_attr_destroy(&attributes);
  return static_cast<char*>(base) + std::min(size / 4, kNativeReserve);
}

void make_states(const StartOptions& options) {
  static Interpreter interpreter{};
  static ThreadState main_thread{};
  main_thread.static_storage = 1;
  interpreter.config = options.config;
  interpreter.recursion_limit = kRecursionLimit;
  interpreter.switch_interval_us = kSwitchIntervalMicroseconds;
  interpreter.threads = &main_thread;
  main_thread.interp = &interpreter;
  main_thread.recursion_limit = main_thread.recursion_remaining = kRecursionLimit;
  main_thread.exc_info = &main_thread.exc_state;
  main_thread.thread_id = pthread_self();
  main_thread.native_thread_id = static_cast<unsigned long>(gettid());
  main_thread.id = 1;
  main_thread.c_stack_limit = lowest_stack_address();
  g_interpreter = &interpreter;
  g_current_thread = &main_thread;
  set_dealloc_stack_limit(main_thread.c_stack_limit);
}

Ref<Object> string_list(const std::vector<std::string>& items) {
  Ref<List> list = TRY(list_new());
  for (const std::string& s : items) {
    Ref<Str> text = TRY(str_decode_fs(s.data(), static_cast<ssize>(s.size())));
    TRY(list_append(list.get(), as_object(text.get())));
  }
  return list;
}

// -X name or -X name=value.
Ref<Object> xoptions_dict(const std::vector<std::string>& options) {
  Ref<Dict> d = TRY(dict_new());
  for (const std::string& option : options) {
    size_t eq = option.find('=');
    Ref<Str> name = TRY(str_decode_fs(option.data(), static_cast<ssize>(eq == std::string::npos ? option.size() : eq)));
    Ref<Object> value = bool_ref(true);
    if (eq != std::string::npos) value = TRY(str_from_utf8(option.substr(eq + 1)));
    TRY(dict_set(d.get(), as_object(name.get()), value.get()));
  }
  return d;
}

std::vector<std::string> module_search_path(const StartOptions& options) {
  std::vector<std::string> path;
  if (!options.config.ignore_environment) {
    if (const char* env = std::getenv("PYTHONPATH"); env && *env) {
      std::string rest = env;
      for (size_t start = 0; start <= rest.size();) {
        size_t colon = rest.find(':', start);
        if (colon == std::string::npos) colon = rest.size();
        path.push_back(rest.substr(start, colon - start));
        start = colon + 1;
      }
    }
  }
  std::string library = stdlib_directory();
  path.push_back(library.substr(0, library.rfind('/')) + "/python311.zip");
  path.push_back(library);
  path.push_back(library + "/lib-dynload");
  return path;
}

Status fill_sys(const StartOptions& options) {
  SysArguments a;
  a.argv = string_list(options.argv);
  a.orig_argv = string_list(options.orig_argv);
  a.xoptions = xoptions_dict(options.xoptions);
  a.warnoptions = string_list(options.warnoptions);
  a.executable = str_decode_fs(options.executable.c_str());
  a.path = string_list(module_search_path(options));
  if (!a.argv || !a.orig_argv || !a.xoptions || !a.warnoptions || !a.executable || !a.path) return Status::failed();
  return sys_set_arguments(a);
}

// ---- Standard streams
// ------------------------------------------------------------------------------------------------

struct StreamSettings {
  std::string encoding = "utf-8", errors = "strict";
};

// The locale's encoding, and strict; in the C and POSIX locales and in UTF-8 mode stdin and stdout take any bytes (PEP
// 538, 540). PYTHONIOENCODING=encoding:errors overrides.
StreamSettings stream_settings(const Interpreter::Config& config) {
  StreamSettings s;
  if (!config.utf8_mode) s.encoding = nl_langinfo(CODESET);
  const char* locale = std::setlocale(LC_CTYPE, nullptr);
  if (!locale) locale = "C";
  for (const char* any_bytes : {"C", "POSIX", "C.UTF-8", "C.utf8", "UTF-8"}) {
    if (!std::strcmp(locale, any_bytes)) s.errors = "surrogateescape";
  }
  if (config.utf8_mode) s.errors = "surrogateescape";
  if (config.ignore_environment) return s;
  if (const char* given = std::getenv("PYTHONIOENCODING"); given && *given) {
    std::string text = given;
    size_t colon = text.find(':');
    std::string encoding = text.substr(0, colon);
    std::string errors = colon == std::string::npos ? "" : text.substr(colon + 1);
    // An encoding alone means strict; nothing but a colon means nothing.
    if (!encoding.empty()) {
      s.encoding = encoding;
      s.errors = "strict";
    }
    if (!errors.empty()) s.errors = errors;
  }
  return s;
}

// The name that a codec gives itself: latin-1 is iso8859-1.
Ref<Object> codec_own_name(const std::string& encoding) {
  Ref<Object> info = TRY(codec_lookup(encoding.c_str()));
  Ref<Object> name;
  TRY(object_find_attr(info.get(), NAME("name"), name));
  if (name && is_str(name.get())) return name;
  return str_from_utf8(encoding);
}

Ref<Object> open_stream(Object* io, int fd, bool writing, const char* name, const StreamSettings& settings,
                        bool escape_errors) {
  if (fcntl_is_closed(fd)) return none_ref();
  bool unbuffered = current_interpreter()->config.unbuffered;
  bool terminal = isatty(fd);
  // With -u the binary layer is raw and every write goes through.
  Ref<Object> number = int_from(fd);
  Ref<Object> mode = str_intern_ascii(writing ? "wb" : "rb");
  Ref<Object> buffering = int_from(unbuffered && writing ? 0 : -1);
  Ref<Object> none = none_ref(), no = bool_ref(false);
  Ref<Object> buffer = TRY(call_method(io, NAME("open"), number.get(), mode.get(), buffering.get(), none.get(),
                                       none.get(), none.get(), no.get()));
  Ref<Object> raw = Ref<Object>(buffer);
  if (!(unbuffered && writing)) raw = TRY(object_get_attr(buffer.get(), NAME("raw")));
  Ref<Object> text_name = str_intern_ascii(name);
  TRY(object_set_attr(raw.get(), NAME("name"), text_name.get()));
  Ref<Object> encoding = TRY(codec_own_name(settings.encoding));
  Ref<Object> errors = TRY(str_from_utf8(escape_errors ? "backslashreplace" : settings.errors));
  Ref<Object> newline = TRY(str_from_utf8("\n"));
  bool line_buffering = !unbuffered && (terminal || fd == 2);
  Ref<Object> wrapper_type = TRY(object_get_attr(io, NAME("TextIOWrapper")));
  Ref<Object> stream = TRY(call(wrapper_type.get(), buffer.get(), encoding.get(), errors.get(), newline.get(),
                                py_bool(line_buffering), py_bool(unbuffered)));
  Ref<Object> text_mode = str_intern_ascii(writing ? "w" : "r");
  TRY(object_set_attr(stream.get(), NAME("mode"), text_mode.get()));
  return stream;
}

Status open_standard_streams(Object* io) {
  StreamSettings settings = stream_settings(current_interpreter()->config);
  struct {
    const char *name, *original, *shown;
    bool writing;
  } streams[] = {{"stdin", "__stdin__", "<stdin>", false},
                 {"stdout", "__stdout__", "<stdout>", true},
                 {"stderr", "__stderr__", "<stderr>", true}};
  for (int fd = 0; fd < 3; fd++) {
    auto& s = streams[fd];
    Ref<Object> stream = TRY(open_stream(io, fd, s.writing, s.shown, settings, fd == 2));
    TRY(sys_set(s.name, stream.get()));
    TRY(sys_set(s.original, stream.get()));
  }
  Ref<Object> open = TRY(object_get_attr(io, NAME("open")));
  return dict_set_ascii(current_interpreter()->builtins, "open", open.get());
}

Status make_main_module() {
  Ref<Module> m = TRY(module_new_ascii("__main__"));
  Interpreter* interp = current_interpreter();
  Dict* d = module_dict(m.get());
  Ref<Dict> annotations = TRY(dict_new());
  TRY(dict_set_ascii(d, "__annotations__", as_object(annotations.get())));
  Object* builtins = dict_get_ascii(interp->modules, "builtins");
  TRY(dict_set_ascii(d, "__builtins__", builtins));
  Ref<Object> loader = TRY(object_get_attr_ascii(interp->importlib, "BuiltinImporter"));
  TRY(dict_set_ascii(d, "__loader__", loader.get()));
  return dict_set_ascii(interp->modules, "__main__", as_object(m.get()));
}

Status start_core(const StartOptions& options) {
  Interpreter* interp = current_interpreter();
  TRY(runtime_ready_types());
  // Built in in CPython, where they exist before anybody imports collections.
  for (Type* type : {&ordered_dict_type, &ordered_dict_iterator_type, &ordered_dict_keys_type,
                     &ordered_dict_values_type, &ordered_dict_items_type}) {
    TRY(type_ready(type));
  }
  interp->modules = TRY(dict_new())
  .release();
  Ref<Module> builtins = TRY(builtins_module_new());
  TRY(vm_initialize(interp));
  Ref<Module> sys = TRY(sys_module_new());
  TRY(dict_set_ascii(interp->modules, "sys", as_object(sys.get())));
  TRY(dict_set_ascii(interp->modules, "builtins", as_object(builtins.get())));
  return fill_sys(options);
}

// In CPython the names of characters are a capsule of the module's.
Status import_unicodedata() {
  Ref<Object> names = import_module("unicodedata");
  if (!names) return raise(ImportError, "PyCapsule_Import could not import module \"unicodedata\"");
  if (!is_exactly(names.get(), &module_type)) {
    return raise(AttributeError, "PyCapsule_Import \"unicodedata._ucnhash_CAPI\" is not valid");
  }
  return kOk;
}

Status start_library() {
  Interpreter* interp = current_interpreter();
  TRY(import_bootstrap(interp));
  TRY(import_bootstrap_external(interp));
  g_import_unicodedata_hook = import_unicodedata;
  Ref<Object> encodings = TRY(import_module("encodings"));
  Ref<Object> streams_codec = TRY(codec_lookup("utf-8"));  // imports its module
  Ref<Object> signals = TRY(import_module("_signal"));     // Control-C raises KeyboardInterrupt from here on
  if (g_start_flags.tracemalloc) TRY(tracemalloc_start(g_start_flags.tracemalloc));
  Ref<Object> io = TRY(import_module("io"));
  TRY(make_main_module());
  TRY(open_standard_streams(io.get()));
  if (g_start_flags.faulthandler) {
    Ref<Object> faulthandler = TRY(import_module("faulthandler"));
    TRY(call_method(faulthandler.get(), NAME("enable")));
  }
  return kOk;
}

// -X minipy.audit, -X minipy.audit=N, MINIPY_AUDIT=N: the heap auditor after every n-th collection, and at the end.
void start_auditor(const StartOptions& options) {
  const char* interval = options.config.ignore_environment ? nullptr : std::getenv("MINIPY_AUDIT");
  for (const std::string& option : options.xoptions) {
    if (option == "minipy.audit") interval = "1";
    if (option.starts_with("minipy.audit=")) interval = option.c_str() + std::strlen("minipy.audit=");
  }
  if (interval) gc_set_audit_interval(std::atoi(interval));
}

}  // namespace

Object* main_module() {
  Dict* modules = current_interpreter()->modules;
  Object* m = dict_get_ascii(modules, "__main__");
  if (m && is_instance_of(m, &module_type)) return m;
  // A program may have removed it.
  Ref<Module> fresh = MUST(module_new_ascii("__main__"));
  MUST(dict_set_ascii(modules, "__main__", as_object(fresh.get())));
  return as_object(fresh.get());
}
Dict* main_dict() { return module_dict(cast<Module>(main_module())); }

Status prepend_sys_path(Object* path) {
  Object* list = sys_get(NAME("path"));
  if (!list || !is_list(list)) return raise(RuntimeError, "unable to get sys.path");
  return list_insert(cast<List>(list), 0, path);
}

bool start_compiler_only() {
  const char* message = nullptr;
  if (!find_stdlib(true, &message)) {
    std::fputs(message, stderr);
    return false;
  }
  make_states({});
  gc_support_init();
  hash_seed(true, 0);
  if (runtime_ready_types()) return true;
  print_start_failure();
  return false;
}

bool start_interpreter(const StartOptions& options) {
  const char* message = nullptr;
  if (!find_stdlib(!options.config.ignore_environment, &message)) {
    std::fputs(message, stderr);
    return false;
  }
  make_states(options);
  gc_support_init();
  start_auditor(options);
  hash_seed(options.config.use_hash_seed, options.config.hash_seed);
  if (!start_core(options) || !start_library()) {
    std::fputs("minipy: fatal: the interpreter could not start\n", stderr);
    print_start_failure();
    return false;
  }
  if (!options.config.no_site) {
    Ref<Object> site = import_module("site");
    if (!site) {
      report_pending_exception();
      return false;
    }
  }
  if (!options.warnoptions.empty()) {
    // The library's warnings module reads sys.warnoptions when it is imported.
    Ref<Object> warnings = import_module("warnings");
    if (!warnings) error_clear();
  }
  return true;
}

}  // namespace minipy
