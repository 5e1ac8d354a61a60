// posix: values of the system's and file systems' configuration.
#include <unistd.h>

#include <cerrno>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/os_arguments.h"
#include "stdlib/posix/path_argument.h"
#include "stdlib/posix/posix.h"

namespace minipy::posix {
namespace {

struct NamedNumber {
  const char* name;
  int value;
};
#define ITEM(name) \
  { #name, _##name }
constexpr NamedNumber kSysconfNames[] = {
    ITEM(SC_2_CHAR_TERM),
    ITEM(SC_2_C_BIND),
    ITEM(SC_2_C_DEV),
    ITEM(SC_2_C_VERSION),
    ITEM(SC_2_FORT_DEV),
    ITEM(SC_2_FORT_RUN),
    ITEM(SC_2_LOCALEDEF),
    ITEM(SC_2_SW_DEV),
    ITEM(SC_2_UPE),
    ITEM(SC_2_VERSION),
    ITEM(SC_AIO_LISTIO_MAX),
    ITEM(SC_AIO_MAX),
    ITEM(SC_AIO_PRIO_DELTA_MAX),
    ITEM(SC_ARG_MAX),
    ITEM(SC_ASYNCHRONOUS_IO),
    ITEM(SC_ATEXIT_MAX),
    ITEM(SC_AVPHYS_PAGES),
    ITEM(SC_BC_BASE_MAX),
    ITEM(SC_BC_DIM_MAX),
    ITEM(SC_BC_SCALE_MAX),
    ITEM(SC_BC_STRING_MAX),
    ITEM(SC_CHARCLASS_NAME_MAX),
    ITEM(SC_CHAR_BIT),
    ITEM(SC_CHAR_MAX),
    ITEM(SC_CHAR_MIN),
    ITEM(SC_CHILD_MAX),
    ITEM(SC_CLK_TCK),
    ITEM(SC_COLL_WEIGHTS_MAX),
    ITEM(SC_DELAYTIMER_MAX),
    ITEM(SC_EQUIV_CLASS_MAX),
    ITEM(SC_EXPR_NEST_MAX),
    ITEM(SC_FSYNC),
    ITEM(SC_GETGR_R_SIZE_MAX),
    ITEM(SC_GETPW_R_SIZE_MAX),
    ITEM(SC_INT_MAX),
    ITEM(SC_INT_MIN),
    ITEM(SC_IOV_MAX),
    ITEM(SC_JOB_CONTROL),
    ITEM(SC_LINE_MAX),
    ITEM(SC_LOGIN_NAME_MAX),
    ITEM(SC_LONG_BIT),
    ITEM(SC_MAPPED_FILES),
    ITEM(SC_MB_LEN_MAX),
    ITEM(SC_MEMLOCK),
    ITEM(SC_MEMLOCK_RANGE),
    ITEM(SC_MEMORY_PROTECTION),
    ITEM(SC_MESSAGE_PASSING),
    ITEM(SC_MINSIGSTKSZ),
    ITEM(SC_MQ_OPEN_MAX),
    ITEM(SC_MQ_PRIO_MAX),
    ITEM(SC_NGROUPS_MAX),
    ITEM(SC_NL_ARGMAX),
    ITEM(SC_NL_LANGMAX),
    ITEM(SC_NL_MSGMAX),
    ITEM(SC_NL_NMAX),
    ITEM(SC_NL_SETMAX),
    ITEM(SC_NL_TEXTMAX),
    ITEM(SC_NPROCESSORS_CONF),
    ITEM(SC_NPROCESSORS_ONLN),
    ITEM(SC_NZERO),
    ITEM(SC_OPEN_MAX),
    ITEM(SC_PAGESIZE),
    ITEM(SC_PAGE_SIZE),
    ITEM(SC_PASS_MAX),
    ITEM(SC_PHYS_PAGES),
    ITEM(SC_PII),
    ITEM(SC_PII_INTERNET),
    ITEM(SC_PII_INTERNET_DGRAM),
    ITEM(SC_PII_INTERNET_STREAM),
    ITEM(SC_PII_OSI),
    ITEM(SC_PII_OSI_CLTS),
    ITEM(SC_PII_OSI_COTS),
    ITEM(SC_PII_OSI_M),
    ITEM(SC_PII_SOCKET),
    ITEM(SC_PII_XTI),
    ITEM(SC_POLL),
    ITEM(SC_PRIORITIZED_IO),
    ITEM(SC_PRIORITY_SCHEDULING),
    ITEM(SC_REALTIME_SIGNALS),
    ITEM(SC_RE_DUP_MAX),
    ITEM(SC_RTSIG_MAX),
    ITEM(SC_SAVED_IDS),
    ITEM(SC_SCHAR_MAX),
    ITEM(SC_SCHAR_MIN),
    ITEM(SC_SELECT),
    ITEM(SC_SEMAPHORES),
    ITEM(SC_SEM_NSEMS_MAX),
    ITEM(SC_SEM_VALUE_MAX),
    ITEM(SC_SHARED_MEMORY_OBJECTS),
    ITEM(SC_SHRT_MAX),
    ITEM(SC_SHRT_MIN),
    ITEM(SC_SIGQUEUE_MAX),
    ITEM(SC_SSIZE_MAX),
    ITEM(SC_STREAM_MAX),
    ITEM(SC_SYNCHRONIZED_IO),
    ITEM(SC_THREADS),
    ITEM(SC_THREAD_ATTR_STACKADDR),
    ITEM(SC_THREAD_ATTR_STACKSIZE),
    ITEM(SC_THREAD_DESTRUCTOR_ITERATIONS),
    ITEM(SC_THREAD_KEYS_MAX),
    ITEM(SC_THREAD_PRIORITY_SCHEDULING),
    ITEM(SC_THREAD_PRIO_INHERIT),
    ITEM(SC_THREAD_PRIO_PROTECT),
    ITEM(SC_THREAD_PROCESS_SHARED),
    ITEM(SC_THREAD_SAFE_FUNCTIONS),
    ITEM(SC_THREAD_STACK_MIN),
    ITEM(SC_THREAD_THREADS_MAX),
    ITEM(SC_TIMERS),
    ITEM(SC_TIMER_MAX),
    ITEM(SC_TTY_NAME_MAX),
    ITEM(SC_TZNAME_MAX),
    ITEM(SC_T_IOV_MAX),
    ITEM(SC_UCHAR_MAX),
    ITEM(SC_UINT_MAX),
    ITEM(SC_UIO_MAXIOV),
    ITEM(SC_ULONG_MAX),
    ITEM(SC_USHRT_MAX),
    ITEM(SC_VERSION),
    ITEM(SC_WORD_BIT),
    ITEM(SC_XBS5_ILP32_OFF32),
    ITEM(SC_XBS5_ILP32_OFFBIG),
    ITEM(SC_XBS5_LP64_OFF64),
    ITEM(SC_XBS5_LPBIG_OFFBIG),
    ITEM(SC_XOPEN_CRYPT),
    ITEM(SC_XOPEN_ENH_I18N),
    ITEM(SC_XOPEN_LEGACY),
    ITEM(SC_XOPEN_REALTIME),
    ITEM(SC_XOPEN_REALTIME_THREADS),
    ITEM(SC_XOPEN_SHM),
    ITEM(SC_XOPEN_UNIX),
    ITEM(SC_XOPEN_VERSION),
    ITEM(SC_XOPEN_XCU_VERSION),
    ITEM(SC_XOPEN_XPG2),
    ITEM(SC_XOPEN_XPG3),
    ITEM(SC_XOPEN_XPG4),
};
constexpr NamedNumber kPathconfNames[] = {
    ITEM(PC_ALLOC_SIZE_MIN),     ITEM(PC_ASYNC_IO),          ITEM(PC_CHOWN_RESTRICTED),  ITEM(PC_FILESIZEBITS),
    ITEM(PC_LINK_MAX),           ITEM(PC_MAX_CANON),         ITEM(PC_MAX_INPUT),         ITEM(PC_NAME_MAX),
    ITEM(PC_NO_TRUNC),           ITEM(PC_PATH_MAX),          ITEM(PC_PIPE_BUF),          ITEM(PC_PRIO_IO),
    ITEM(PC_REC_INCR_XFER_SIZE), ITEM(PC_REC_MAX_XFER_SIZE), ITEM(PC_REC_MIN_XFER_SIZE), ITEM(PC_REC_XFER_ALIGN),
    ITEM(PC_SOCK_MAXBUF),        ITEM(PC_SYMLINK_MAX),       ITEM(PC_SYNC_IO),           ITEM(PC_VDISABLE),
};
constexpr NamedNumber kConfstrNames[] = {
    ITEM(CS_GNU_LIBC_VERSION),
    ITEM(CS_GNU_LIBPTHREAD_VERSION),
    ITEM(CS_LFS64_CFLAGS),
    ITEM(CS_LFS64_LDFLAGS),
    ITEM(CS_LFS64_LIBS),
    ITEM(CS_LFS64_LINTFLAGS),
    ITEM(CS_LFS_CFLAGS),
    ITEM(CS_LFS_LDFLAGS),
    ITEM(CS_LFS_LIBS),
    ITEM(CS_LFS_LINTFLAGS),
    ITEM(CS_PATH),
    ITEM(CS_XBS5_ILP32_OFF32_CFLAGS),
    ITEM(CS_XBS5_ILP32_OFF32_LDFLAGS),
    ITEM(CS_XBS5_ILP32_OFF32_LIBS),
    ITEM(CS_XBS5_ILP32_OFF32_LINTFLAGS),
    ITEM(CS_XBS5_ILP32_OFFBIG_CFLAGS),
    ITEM(CS_XBS5_ILP32_OFFBIG_LDFLAGS),
    ITEM(CS_XBS5_ILP32_OFFBIG_LIBS),
    ITEM(CS_XBS5_ILP32_OFFBIG_LINTFLAGS),
    ITEM(CS_XBS5_LP64_OFF64_CFLAGS),
    ITEM(CS_XBS5_LP64_OFF64_LDFLAGS),
    ITEM(CS_XBS5_LP64_OFF64_LIBS),
    ITEM(CS_XBS5_LP64_OFF64_LINTFLAGS),
    ITEM(CS_XBS5_LPBIG_OFFBIG_CFLAGS),
    ITEM(CS_XBS5_LPBIG_OFFBIG_LDFLAGS),
    ITEM(CS_XBS5_LPBIG_OFFBIG_LIBS),
    ITEM(CS_XBS5_LPBIG_OFFBIG_LINTFLAGS),
};
#undef ITEM

template <size_t N>
Maybe<int> named_number(Object* p, const NamedNumber (&table)[N]) {
  if (is_int(p)) return bind::to_int(p);
  if (!is_str(p)) return raise(TypeError, "configuration names must be strings or integers");
  for (const NamedNumber& n : table) {
    if (str_equals_ascii(cast<Str>(p), n.name)) return n.value;
  }
  return raise(ValueError, "unrecognized configuration name");
}
Ref<Object> os_sysconf(Object*, Object* name) {
  int n = TRY(named_number(name, kSysconfNames));
  errno = 0;
  long v = sysconf(n);
  if (v == -1 && errno) return raise_os_error(errno);
  return int_from(v);
}
Ref<Object> os_pathconf(Object*, Object* p, Object* name) {
  PathArgument path;
  TRY(path.get(p, "pathconf", PathArgument::kDescriptor));
  int n = TRY(named_number(name, kPathconfNames));
  errno = 0;
  long v = path.given_descriptor ? fpathconf(path.fd, n) : pathconf(path.c_str(), n);
  if (v == -1 && errno) return path_error(path);
  return int_from(v);
}
Ref<Object> os_fpathconf(Object*, Object* descriptor, Object* name) {
  int fd = TRY(file_descriptor_argument(descriptor));
  int n = TRY(named_number(name, kPathconfNames));
  errno = 0;
  long v = fpathconf(fd, n);
  if (v == -1 && errno) return raise_os_error(errno);
  return int_from(v);
}
Ref<Object> os_confstr(Object*, Object* name) {
  int n = TRY(named_number(name, kConfstrNames));
  char buffer[512];
  size_t size = confstr(n, buffer, sizeof buffer);
  if (size == 0) return none_ref();
  return str_decode_fs(buffer);
}
template <size_t N>
Ref<Object> names_dict(const NamedNumber (&table)[N]) {
  Ref<Dict> d = TRY(dict_new());
  for (const NamedNumber& n : table) {
    Ref<Int> v = TRY(int_from(n.value));
    TRY(dict_set_ascii(d.get(), n.name, as_object(v.get())));
  }
  return d;
}

}  // namespace

Status add_configuration_names(Module* m) {
  TRY(module_add(m, "sysconf_names", names_dict(kSysconfNames)));
  TRY(module_add(m, "pathconf_names", names_dict(kPathconfNames)));
  return module_add(m, "confstr_names", names_dict(kConfstrNames));
}

constinit MethodDef configuration_functions[] = {
    FUNCTION(os_sysconf, "sysconf(module, name, /)", "A system configuration value."),
    FUNCTION(os_pathconf, "pathconf(module, /, path, name)", "A file system configuration value."),
    FUNCTION(os_confstr, "confstr(module, name, /)", "A system configuration string."),
    FUNCTION(os_fpathconf, "fpathconf(module, fd, name, /)", "A configuration value of a descriptor's file."),
    {},
};

}  // namespace minipy::posix
