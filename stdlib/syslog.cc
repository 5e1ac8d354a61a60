// Module syslog: messages to the system's log.
#include <syslog.h>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/sys/sys.h"
#include "stdlib/tuple_arguments.h"

namespace minipy {
namespace {

// The C library keeps a pointer to the text of the ident.
constinit Str* g_ident = nullptr;
constinit bool g_open = false;

// The name of the program, as sys.argv tells; null without an exception: nothing is told.
Ref<Str> program_name() {
  Object* argv = sys_get(NAME("argv"));
  if (!argv || !is_list(argv) || list_size(cast<List>(argv)) == 0) return nullptr;
  Object* first = cast<List>(argv)->items[0];
  if (!is_str(first) || str_length(cast<Str>(first)) == 0) return nullptr;
  Str* path = cast<Str>(first);
  ssize slash = str_find_char(path, '/', 0, str_length(path), -1);
  return str_substring(path, slash + 1, str_length(path));
}

// ident null: the program's name, or none.
Status open_log(Ref<Str> ident, long options, long facility) {
  if (!ident) {
    ident = program_name();
    if (!ident && error_pending()) return Status::failed();
  }
  const char* text = nullptr;
  if (ident) text = TRY(str_utf8_cstr(ident.get()));
  Object* told = ident ? as_object(ident.get()) : py_none();
  TRY(audit("syslog.openlog", told, options, facility));
  openlog(text, static_cast<int>(options), static_cast<int>(facility));
  g_open = true;
  replace_field(g_ident, std::move(ident));
  return kOk;
}

Status syslog_openlog(Object*, Object* ident, Object* logoption, Object* facility) {
  if (ident && !is_str(ident)) {
    return raise(TypeError, "openlog() argument 1 must be str, not {}", is_none(ident) ? "None" : type_name(ident));
  }
  long options = logoption        ? TRY(bind::to_long(logoption)) : 0;
  long wanted_facility = facility ? TRY(bind::to_long(facility)) : long{LOG_USER};
  return open_log(ident ? share(cast<Str>(ident)) : nullptr, options, wanted_facility);
}

Status write_message(int priority, Object* message) {
  const char* text = TRY(str_utf8_cstr(cast<Str>(message)));
  TRY(audit("syslog.syslog", priority, text));
  if (!g_open) TRY(open_log(nullptr, 0, LOG_USER));
  // Another thread may close the log meanwhile.
  Ref<Str> ident = share(g_ident);
  ReleaseGil other_threads_run;
  syslog(priority, "%s", text);
  return kOk;
}

Status syslog_syslog(Object*, VarArgs args) {
  const ssize n = args.size;
  if (n == 1 && is_str(args[0])) return write_message(LOG_INFO, args[0]);
  if (n == 2 && is_str(args[1])) {
    Maybe<int> priority = int_argument(args[0]);
    if (priority) return write_message(*priority, args[1]);
    error_clear();
  }
  return raise(TypeError, "[priority,] message string");
}

Status syslog_closelog(Object*) {
  TRY(audit("syslog.closelog"));
  if (!g_open) return kOk;
  closelog();
  g_open = false;
  clear_field(g_ident);
  return kOk;
}

Maybe<long> only_argument(const char* function, VarArgs args) {
  TRY(check_count(function, args, 1, 1));
  return bind::to_long(args[0]);
}

Ref<Object> syslog_setlogmask(Object*, VarArgs args) {
  if (args.size != 1) return raise(TypeError, "mask for priority");
  long mask = TRY(bind::to_long(args[0]));
  TRY(audit("syslog.setlogmask", mask));
  return int_from(setlogmask(static_cast<int>(mask)));
}

// The macros LOG_MASK and LOG_UPTO for numbers that are no priorities, too: the processor shifts by the low five bits.
int bit_of(long priority) { return static_cast<int>(1u << (priority & 31)); }
Ref<Object> syslog_mask(Object*, VarArgs args) { return int_from(bit_of(TRY(only_argument("LOG_MASK", args)))); }
Ref<Object> syslog_up_to(Object*, VarArgs args) {
  return int_from(bit_of(TRY(only_argument("LOG_UPTO", args)) + 1) - 1);
}

constinit MethodDef functions[] = {
    PLAIN_VARARGS_METHOD(syslog_openlog, "openlog(module, ident=NULL, logoption=NULL, facility=NULL)", nullptr),
    PLAIN_METHOD(syslog_closelog, "closelog(module, /)", nullptr),
    PLAIN_VARARGS_METHOD(syslog_syslog, "syslog(module, *args)", nullptr),
    PLAIN_VARARGS_METHOD(syslog_setlogmask, "setlogmask(module, *args)", nullptr),
    PLAIN_VARARGS_METHOD(syslog_mask, "LOG_MASK(module, *args)", nullptr),
    PLAIN_VARARGS_METHOD(syslog_up_to, "LOG_UPTO(module, *args)", nullptr),
    {},
};

Status exec(Module* m) {
  struct {
    const char* name;
    int value;
  } constants[] = {
#define ITEM(name) {#name, name}
      ITEM(LOG_EMERG),  ITEM(LOG_ALERT),  ITEM(LOG_CRIT),     ITEM(LOG_ERR),    ITEM(LOG_WARNING), ITEM(LOG_NOTICE),
      ITEM(LOG_INFO),   ITEM(LOG_DEBUG),  ITEM(LOG_PID),      ITEM(LOG_CONS),   ITEM(LOG_NDELAY),  ITEM(LOG_ODELAY),
      ITEM(LOG_NOWAIT), ITEM(LOG_PERROR), ITEM(LOG_KERN),     ITEM(LOG_USER),   ITEM(LOG_MAIL),    ITEM(LOG_DAEMON),
      ITEM(LOG_AUTH),   ITEM(LOG_LPR),    ITEM(LOG_LOCAL0),   ITEM(LOG_LOCAL1), ITEM(LOG_LOCAL2),  ITEM(LOG_LOCAL3),
      ITEM(LOG_LOCAL4), ITEM(LOG_LOCAL5), ITEM(LOG_LOCAL6),   ITEM(LOG_LOCAL7), ITEM(LOG_SYSLOG),  ITEM(LOG_CRON),
      ITEM(LOG_UUCP),   ITEM(LOG_NEWS),   ITEM(LOG_AUTHPRIV),
#undef ITEM
  };
  for (const auto& each : constants) TRY(module_add_int(m, each.name, each.value));
  return kOk;
}

}  // namespace

constinit NativeModule syslog_module = {"syslog", functions, exec, nullptr};

}  // namespace minipy
