// Module time: clocks, sleeping, calendar time (library reference "time").
#include <pthread.h>
#include <time.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <cwchar>
#include <string>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/locale_text.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/struct_sequence.h"
#include "runtime/thread_state.h"
#include "stdlib/import.h"

namespace minipy {
namespace {

constexpr long long kBillion = 1000000000;

Type* g_struct_time_type = nullptr;

// ---- Clocks
// --------------------------------------------------------------------------------------------------------------

Maybe<long long> read_clock(clockid_t clock) {
  struct timespec t;
  if (clock_gettime(clock, &t) != 0) return raise_os_error(errno);
  return t.tv_sec * kBillion + t.tv_nsec;
}
Ref<Object> seconds(clockid_t clock) {
  long long ns = TRY(read_clock(clock));
  // Whole seconds first: dividing the nanoseconds at once would round twice.
  long long whole = ns / kBillion;
  if (whole * kBillion == ns) return float_from_double(static_cast<double>(whole));
  return float_from_double(static_cast<double>(ns) / 1e9);
}
Ref<Object> nanoseconds(clockid_t clock) { return int_from(TRY(read_clock(clock))); }

Ref<Object> time_time(Object*) { return seconds(CLOCK_REALTIME); }
Ref<Object> time_time_ns(Object*) { return nanoseconds(CLOCK_REALTIME); }
Ref<Object> time_monotonic(Object*) { return seconds(CLOCK_MONOTONIC); }
Ref<Object> time_monotonic_ns(Object*) { return nanoseconds(CLOCK_MONOTONIC); }
Ref<Object> time_process_time(Object*) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }
Ref<Object> time_process_time_ns(Object*) { return nanoseconds(CLOCK_PROCESS_CPUTIME_ID); }
Ref<Object> time_thread_time(Object*) { return seconds(CLOCK_THREAD_CPUTIME_ID); }
Ref<Object> time_thread_time_ns(Object*) { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }
Ref<Object> time_clock_gettime(Object*, int clock) { return seconds(clock); }
Ref<Object> time_clock_gettime_ns(Object*, int clock) { return nanoseconds(clock); }
Ref<Object> time_clock_getres(Object*, int clock) {
  struct timespec t;
  if (clock_getres(clock, &t) != 0) return raise_os_error(errno);
  return float_from_double(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9);
}
Status time_clock_settime(Object*, int clock, double value) {
  double whole = std::floor(value);
  struct timespec t = {static_cast<time_t>(whole), static_cast<long>((value - whole) * 1e9)};
  if (clock_settime(clock, &t) != 0) return raise_os_error(errno);
  return kOk;
}
Status time_clock_settime_ns(Object*, int clock, long long value) {
  struct timespec t = {static_cast<time_t>(value / kBillion), static_cast<long>(value % kBillion)};
  if (clock_settime(clock, &t) != 0) return raise_os_error(errno);
  return kOk;
}
Ref<Object> time_pthread_getcpuclockid(Object*, long long thread_id) {
  clockid_t clock;
  int error = pthread_getcpuclockid(static_cast<pthread_t>(thread_id), &clock);
  if (error) return raise_os_error(error);
  return int_from(clock);
}

Ref<Object> time_get_clock_info(Object*, Str* name) {
  struct Clock {
    const char *name, *implementation;
    clockid_t id;
    bool monotonic, adjustable;
  };
  static const Clock clocks[] = {
      {"time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, false, true},
      {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
      {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
      {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, true, false},
      {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, true, false},
  };
  for (const Clock& c : clocks) {
    if (!str_equals_ascii(name, c.name)) continue;
    struct timespec t;
    if (clock_getres(c.id, &t) != 0) return raise_os_error(errno);
    Ref<Dict> d = TRY(dict_new());
    Ref<Str> implementation = TRY(str_intern_ascii(c.implementation));
    TRY(dict_set_ascii(d.get(), "implementation", as_object(implementation.get())));
    TRY(dict_set_ascii(d.get(), "monotonic", py_bool(c.monotonic)));
    TRY(dict_set_ascii(d.get(), "adjustable", py_bool(c.adjustable)));
    Ref<Object> resolution =
        TRY(float_from_double(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9));
    TRY(dict_set_ascii(d.get(), "resolution", resolution.get()));
    return simple_namespace_new(d.get());
  }
  return raise(ValueError, "unknown clock");
}

// ---- Sleeping
// ------------------------------------------------------------------------------------------------------------

// Seconds (int or float) as nanoseconds, rounded up in absolute value so that a sleep is never too short.
Maybe<long long> duration(Object* p) {
  if (is_instance_of(p, &float_type)) {
    double v = cast<Float>(p)->value;
    if (std::isnan(v)) return raise(ValueError, "Invalid value NaN (not a number)");
    double ns = v * 1e9;
    ns = ns >= 0 ? std::ceil(ns) : std::floor(ns);
    if (!(ns > -9.2e18 && ns < 9.2e18)) return raise(OverflowError, "timestamp out of range for platform time_t");
    return static_cast<long long>(ns);
  }
  Maybe<long long> whole = bind::to_long_long(p);
  if (!whole) {
    if (error_matches(OverflowError)) return raise(OverflowError, "timestamp out of range for platform time_t");
    return kRaised;
  }
  long long ns;
  if (__builtin_mul_overflow(*whole, kBillion, &ns)) {
    return raise(OverflowError, "timestamp out of range for platform time_t");
  }
  return ns;
}

Status time_sleep(Object*, Object* p) {
  Maybe<long long> ns = duration(p);
  if (!ns) return Status::failed();
  if (*ns < 0) return raise(ValueError, "sleep length must be non-negative");
  struct timespec deadline;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  long long end = deadline.tv_sec * kBillion + deadline.tv_nsec;
  if (__builtin_add_overflow(end, *ns, &end)) end = INT64_MAX;
  deadline = {static_cast<time_t>(end / kBillion), static_cast<long>(end % kBillion)};
  while (true) {
    int error;
    {
      ReleaseGil other_threads_run;
      error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr);
    }
    if (error == 0) return kOk;
    if (error != EINTR) return raise_os_error(error);
    TRY(check_signals());
  }
}

// ---- Calendar time
// -------------------------------------------------------------------------------------------------------

Ref<Object> struct_time(const struct tm& t) {
  Ref<Object> r = TRY(struct_sequence_new(g_struct_time_type));
  const long fields[] = {t.tm_year + 1900L, t.tm_mon + 1,        t.tm_mday,     t.tm_hour, t.tm_min,
                         t.tm_sec,          (t.tm_wday + 6) % 7, t.tm_yday + 1, t.tm_isdst};
  for (ssize i = 0; i < 9; i++) struct_sequence_set(r.get(), i, int_from(fields[i]));
  struct_sequence_set(r.get(), 9, TRY(str_decode_fs(t.tm_zone ? t.tm_zone : "")));
  struct_sequence_set(r.get(), 10, int_from(t.tm_gmtoff));
  return r;
}

Maybe<time_t> seconds_argument(Object* p) {
  if (!p || is_none(p)) return ::time(nullptr);
  if (is_instance_of(p, &float_type)) {
    double v = cast<Float>(p)->value;
    if (std::isnan(v)) return raise(ValueError, "Invalid value NaN (not a number)");
    v = std::floor(v);
    if (!(v > -9.2e18 && v < 9.2e18)) return raise(OverflowError, "timestamp out of range for platform time_t");
    return static_cast<time_t>(v);
  }
  Maybe<long long> v = bind::to_long_long(p);
  if (!v) {
    if (error_matches(OverflowError)) return raise(OverflowError, "timestamp out of range for platform time_t");
    return kRaised;
  }
  return static_cast<time_t>(*v);
}
Ref<Object> time_gmtime(Object*, Object* p) {
  time_t when = TRY(seconds_argument(p));
  struct tm t;
  errno = 0;
  if (!gmtime_r(&when, &t)) return raise_os_error(errno ? errno : EINVAL);
  return struct_time(t);
}
Ref<Object> time_localtime(Object*, Object* p) {
  time_t when = TRY(seconds_argument(p));
  struct tm t;
  errno = 0;
  if (!localtime_r(&when, &t)) return raise_os_error(errno ? errno : EINVAL);
  return struct_time(t);
}

// A time tuple of nine ints as struct tm.
Status tm_argument(Object* p, const char* function, struct tm* t) {
  std::memset(t, 0, sizeof *t);
  if (!is_tuple(p)) return raise(TypeError, "Tuple or struct_time argument required");
  Tuple* tuple = cast<Tuple>(p);
  if (tuple_size(tuple) != 9) return raise(TypeError, "{}(): illegal time tuple argument", function);
  int v[9];
  for (ssize i = 0; i < 9; i++) {
    Maybe<int> n = bind::to_int(tuple->items[i]);
    if (!n) return Status::failed();
    v[i] = *n;
  }
  if (v[0] < INT32_MIN + 1900) return raise(OverflowError, "year out of range");
  t->tm_year = v[0] - 1900;
  t->tm_mon = v[1] - 1;
  t->tm_mday = v[2];
  t->tm_hour = v[3];
  t->tm_min = v[4];
  t->tm_sec = v[5];
  t->tm_wday = (v[6] + 1) % 7;
  t->tm_yday = v[7] - 1;
  t->tm_isdst = v[8];
  if (is_exactly(p, g_struct_time_type)) {
    // Zone and offset travel with the struct.
    if (tuple->items[9] && is_str(tuple->items[9])) t->tm_zone = str_utf8_cstr(cast<Str>(tuple->items[9]));
    if (tuple->items[10] && is_int(tuple->items[10])) {
      t->tm_gmtoff = static_cast<long>(int_to_unsigned_mask(tuple->items[10]));
    }
  }
  return kOk;
}

// Values strftime and asctime can take; 0 stands for the first month, day and day of the year.
Status check_tm(struct tm* t) {
  if (t->tm_mon == -1) t->tm_mon = 0;
  if (t->tm_mday == 0) t->tm_mday = 1;
  if (t->tm_yday == -1) t->tm_yday = 0;
  struct {
    int value, low, high;
    const char* name;
  } ranges[] = {{t->tm_mon, 0, 11, "month"},
                {t->tm_mday, 1, 31, "day of month"},
                {t->tm_hour, 0, 23, "hour"},
                {t->tm_min, 0, 59, "minute"},
                {t->tm_sec, 0, 61, "seconds"}};
  for (auto& r : ranges) {
    if (r.value < r.low || r.value > r.high) return raise(ValueError, "{} out of range", r.name);
  }
  if (t->tm_wday < 0) return raise(ValueError, "day of week out of range");
  if (t->tm_yday < 0 || t->tm_yday > 365) return raise(ValueError, "day of year out of range");
  return kOk;
}

Status tm_or_now(Object* p, const char* function, struct tm* t) {
  if (!p) {
    time_t now = ::time(nullptr);
    localtime_r(&now, t);
    return kOk;
  }
  TRY(tm_argument(p, function, t));
  return check_tm(t);
}

Ref<Object> time_strftime(Object*, Str* format, Object* p) {
  struct tm t;
  TRY(tm_or_now(p, "strftime", &t));
  if (t.tm_isdst < -1) t.tm_isdst = -1;
  if (t.tm_isdst > 1) t.tm_isdst = 1;
  std::wstring wanted;
  TRY(str_to_wide(format, wanted));
  if (wanted.empty()) return str_empty();
  // A result of length 0 may be right ("%p") or mean that the room was too small: it grows up to a bound.
  for (size_t room = 1024;; room *= 2) {
    std::wstring buffer(room, L'\0');
    size_t n = std::wcsftime(buffer.data(), room, wanted.c_str(), &t);
    if (n > 0 || room >= 256 * wanted.size()) return str_from_wide({buffer.data(), n});
  }
}

Ref<Object> text_of(const struct tm& t) {
  static const char* const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char* const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%s %s%3d %.2d:%.2d:%.2d %d", days[t.tm_wday % 7], months[t.tm_mon], t.tm_mday,
                t.tm_hour, t.tm_min, t.tm_sec, 1900 + t.tm_year);
  return str_from_ascii(buffer);
}
Ref<Object> time_asctime(Object*, Object* p) {
  struct tm t;
  TRY(tm_or_now(p, "asctime", &t));
  return text_of(t);
}
Ref<Object> time_ctime(Object*, Object* p) {
  time_t when = TRY(seconds_argument(p));
  struct tm t;
  if (!localtime_r(&when, &t)) return raise_os_error(errno);
  return text_of(t);
}
Ref<Object> time_mktime(Object*, Object* p) {
  struct tm t;
  TRY(tm_argument(p, "mktime", &t));
  t.tm_wday = -1;
  time_t when = ::mktime(&t);
  if (when == static_cast<time_t>(-1) && t.tm_wday == -1) return raise(OverflowError, "mktime argument out of range");
  return float_from_double(static_cast<double>(when));
}

Object* time_strptime(Object*, Object* args) {
  Ref<Object> function = import_attribute("_strptime", "_strptime_time");
  return function ? call_tuple_dict(function.get(), args, nullptr).release() : nullptr;
}

// timezone, altzone, daylight, tzname from the offsets of January and July.
Status set_zone(Object* module) {
  Dict* d = module_dict(cast<Module>(module));
  constexpr time_t kYear = (365 * 24 + 6) * 3600;
  time_t now = ::time(nullptr) / kYear * kYear;
  struct tm january, july;
  localtime_r(&now, &january);
  time_t half = now + kYear / 2;
  localtime_r(&half, &july);
  long january_zone = -january.tm_gmtoff, july_zone = -july.tm_gmtoff;
  std::string january_name = january.tm_zone, july_name = july.tm_zone;
  bool southern = january_zone < july_zone;
  auto set_int = [&](const char* name, long v) -> Status {
    Ref<Int> n = TRY(int_from(v));
    return dict_set_ascii(d, name, as_object(n.get()));
  };
  TRY(set_int("timezone", southern ? july_zone : january_zone));
  TRY(set_int("altzone", southern ? january_zone : july_zone));
  TRY(set_int("daylight", january_zone != july_zone));
  Ref<Str> standard = TRY(str_from_utf8(southern ? july_name : january_name));
  Ref<Str> summer = TRY(str_from_utf8(southern ? january_name : july_name));
  Ref<Tuple> names = TRY(tuple_pack(standard.get(), summer.get()));
  return dict_set_ascii(d, "tzname", as_object(names.get()));
}
Status time_tzset(Object*) {
  Ref<Object> module = TRY(import_module("time"));  // as CPython asks for it
  tzset();
  return set_zone(module.get());
}

constinit MethodDef functions[] = {
    PLAIN_METHOD(time_time, "time(module, /)", "time() -> floating point number"),
    PLAIN_METHOD(time_time_ns, "time_ns(module, /)", "time_ns() -> int"),
    PLAIN_VARARGS_METHOD(time_clock_gettime, "clock_gettime(module, clk_id, /)", "clock_gettime(clk_id) -> float"),
    PLAIN_VARARGS_METHOD(time_clock_gettime_ns, "clock_gettime_ns(module, clk_id, /)",
                         "clock_gettime_ns(clk_id) -> int"),
    PLAIN_VARARGS_METHOD(time_clock_settime, "clock_settime(module, clk_id, time, /)", "clock_settime(clk_id, time)"),
    PLAIN_VARARGS_METHOD(time_clock_settime_ns, "clock_settime_ns(module, clk_id, time, /)",
                         "clock_settime_ns(clk_id, time)"),
    PLAIN_VARARGS_METHOD(time_clock_getres, "clock_getres(module, clk_id, /)",
                         "clock_getres(clk_id) -> floating point number"),
    PLAIN_VARARGS_METHOD(time_pthread_getcpuclockid, "pthread_getcpuclockid(module, thread_id, /)",
                         "pthread_getcpuclockid(thread_id) -> int"),
    PLAIN_METHOD(time_sleep, "sleep(module, seconds, /)", "sleep(seconds)"),
    PLAIN_VARARGS_METHOD(time_gmtime, "gmtime(module, seconds=None, /)", "gmtime([seconds]) -> struct_time"),
    PLAIN_VARARGS_METHOD(time_localtime, "localtime(module, seconds=None, /)", "localtime([seconds]) -> struct_time"),
    PLAIN_VARARGS_METHOD(time_asctime, "asctime(module, tuple=<unrepresentable>, /)", "asctime([tuple]) -> string"),
    PLAIN_VARARGS_METHOD(time_ctime, "ctime(module, seconds=None, /)", "ctime(seconds) -> string"),
    PLAIN_METHOD(time_mktime, "mktime(module, tuple, /)", "mktime(tuple) -> floating point number"),
    PLAIN_VARARGS_METHOD(time_strftime, "strftime(module, format, tuple=<unrepresentable>, /)",
                         "strftime(format[, tuple]) -> string"),
    {"strptime", VarArgsMethod{time_strptime}, kMethVarArgs, "strptime(string, format) -> struct_time"},
    PLAIN_METHOD(time_tzset, "tzset(module, /)", "tzset()"),
    PLAIN_METHOD(time_monotonic, "monotonic(module, /)", "monotonic() -> float"),
    PLAIN_METHOD(time_monotonic_ns, "monotonic_ns(module, /)", "monotonic_ns() -> int"),
    PLAIN_METHOD(time_process_time, "process_time(module, /)", "process_time() -> float"),
    PLAIN_METHOD(time_process_time_ns, "process_time_ns(module, /)", "process_time_ns() -> int"),
    PLAIN_METHOD(time_thread_time, "thread_time(module, /)", "thread_time() -> float"),
    PLAIN_METHOD(time_thread_time_ns, "thread_time_ns(module, /)", "thread_time_ns() -> int"),
    PLAIN_METHOD(time_monotonic, "perf_counter(module, /)", "perf_counter() -> float"),
    PLAIN_METHOD(time_monotonic_ns, "perf_counter_ns(module, /)", "perf_counter_ns() -> int"),
    PLAIN_VARARGS_METHOD(time_get_clock_info, "get_clock_info(module, name, /)", "get_clock_info(name: str) -> dict"),
    {},
};

Status exec(Module* m) {
  static const StructSequenceField fields[] = {
      {"tm_year", "year, for example, 1993"},
      {"tm_mon", "month of year, range [1, 12]"},
      {"tm_mday", "day of month, range [1, 31]"},
      {"tm_hour", "hours, range [0, 23]"},
      {"tm_min", "minutes, range [0, 59]"},
      {"tm_sec", "seconds, range [0, 61])"},
      {"tm_wday", "day of week, range [0, 6], Monday is 0"},
      {"tm_yday", "day of year, range [1, 366]"},
      {"tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"},
      {"tm_zone", "abbreviation of timezone name"},
      {"tm_gmtoff", "offset from UTC in seconds"},
      {}};
  if (!g_struct_time_type) {
    g_struct_time_type =
        TRY(struct_sequence_type_new("time.struct_time", fields, 9, "The time value as returned by gmtime()."))
    .release();
  }
  TRY(module_add(m, "struct_time", Ref<Object>::share(as_object(g_struct_time_type))));
  struct {
    const char* name;
    int value;
  } clocks[] = {{"CLOCK_REALTIME", CLOCK_REALTIME},
                {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
                {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW},
                {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
                {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID},
                {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
                {"CLOCK_TAI", CLOCK_TAI},
                {"_STRUCT_TM_ITEMS", 11}};
  for (auto& c : clocks) TRY(module_add_int(m, c.name, c.value));
  return set_zone(as_object(m));
}

}  // namespace

constinit NativeModule time_module = {"time", functions, exec, "Functions to manipulate time values."};

}  // namespace minipy
