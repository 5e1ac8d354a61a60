// posix: constants, and the names by which os knows which functions take descriptors.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <cstdio>

#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/posix/posix.h"

namespace minipy::posix {
namespace {

struct Constant {
  const char* name;
  long long value;
};
constexpr Constant kConstants[] = {
    {"CLD_CONTINUED", static_cast<long long>(CLD_CONTINUED)},
    {"CLD_DUMPED", static_cast<long long>(CLD_DUMPED)},
    {"CLD_EXITED", static_cast<long long>(CLD_EXITED)},
    {"CLD_KILLED", static_cast<long long>(CLD_KILLED)},
    {"CLD_STOPPED", static_cast<long long>(CLD_STOPPED)},
    {"CLD_TRAPPED", static_cast<long long>(CLD_TRAPPED)},
    {"EFD_CLOEXEC", static_cast<long long>(EFD_CLOEXEC)},
    {"EFD_NONBLOCK", static_cast<long long>(EFD_NONBLOCK)},
    {"EFD_SEMAPHORE", static_cast<long long>(EFD_SEMAPHORE)},
    {"EX_CANTCREAT", static_cast<long long>(EX_CANTCREAT)},
    {"EX_CONFIG", static_cast<long long>(EX_CONFIG)},
    {"EX_DATAERR", static_cast<long long>(EX_DATAERR)},
    {"EX_IOERR", static_cast<long long>(EX_IOERR)},
    {"EX_NOHOST", static_cast<long long>(EX_NOHOST)},
    {"EX_NOINPUT", static_cast<long long>(EX_NOINPUT)},
    {"EX_NOPERM", static_cast<long long>(EX_NOPERM)},
    {"EX_NOUSER", static_cast<long long>(EX_NOUSER)},
    {"EX_OK", static_cast<long long>(EX_OK)},
    {"EX_OSERR", static_cast<long long>(EX_OSERR)},
    {"EX_OSFILE", static_cast<long long>(EX_OSFILE)},
    {"EX_PROTOCOL", static_cast<long long>(EX_PROTOCOL)},
    {"EX_SOFTWARE", static_cast<long long>(EX_SOFTWARE)},
    {"EX_TEMPFAIL", static_cast<long long>(EX_TEMPFAIL)},
    {"EX_UNAVAILABLE", static_cast<long long>(EX_UNAVAILABLE)},
    {"EX_USAGE", static_cast<long long>(EX_USAGE)},
    {"F_LOCK", static_cast<long long>(F_LOCK)},
    {"F_OK", static_cast<long long>(F_OK)},
    {"F_TEST", static_cast<long long>(F_TEST)},
    {"F_TLOCK", static_cast<long long>(F_TLOCK)},
    {"F_ULOCK", static_cast<long long>(F_ULOCK)},
    {"GRND_NONBLOCK", static_cast<long long>(GRND_NONBLOCK)},
    {"GRND_RANDOM", static_cast<long long>(GRND_RANDOM)},
    {"MFD_ALLOW_SEALING", static_cast<long long>(MFD_ALLOW_SEALING)},
    {"MFD_CLOEXEC", static_cast<long long>(MFD_CLOEXEC)},
    {"MFD_HUGETLB", static_cast<long long>(MFD_HUGETLB)},
    {"MFD_HUGE_16GB", static_cast<long long>(MFD_HUGE_16GB)},
    {"MFD_HUGE_16MB", static_cast<long long>(MFD_HUGE_16MB)},
    {"MFD_HUGE_1GB", static_cast<long long>(MFD_HUGE_1GB)},
    {"MFD_HUGE_1MB", static_cast<long long>(MFD_HUGE_1MB)},
    {"MFD_HUGE_256MB", static_cast<long long>(MFD_HUGE_256MB)},
    {"MFD_HUGE_2GB", static_cast<long long>(MFD_HUGE_2GB)},
    {"MFD_HUGE_2MB", static_cast<long long>(MFD_HUGE_2MB)},
    {"MFD_HUGE_32MB", static_cast<long long>(MFD_HUGE_32MB)},
    {"MFD_HUGE_512KB", static_cast<long long>(MFD_HUGE_512KB)},
    {"MFD_HUGE_512MB", static_cast<long long>(MFD_HUGE_512MB)},
    {"MFD_HUGE_64KB", static_cast<long long>(MFD_HUGE_64KB)},
    {"MFD_HUGE_8MB", static_cast<long long>(MFD_HUGE_8MB)},
    {"MFD_HUGE_MASK", static_cast<long long>(MFD_HUGE_MASK)},
    {"MFD_HUGE_SHIFT", static_cast<long long>(MFD_HUGE_SHIFT)},
    {"O_ACCMODE", static_cast<long long>(O_ACCMODE)},
    {"O_APPEND", static_cast<long long>(O_APPEND)},
    {"O_ASYNC", static_cast<long long>(O_ASYNC)},
    {"O_CLOEXEC", static_cast<long long>(O_CLOEXEC)},
    {"O_CREAT", static_cast<long long>(O_CREAT)},
    {"O_DIRECT", static_cast<long long>(O_DIRECT)},
    {"O_DIRECTORY", static_cast<long long>(O_DIRECTORY)},
    {"O_DSYNC", static_cast<long long>(O_DSYNC)},
    {"O_EXCL", static_cast<long long>(O_EXCL)},
    {"O_FSYNC", static_cast<long long>(O_FSYNC)},
    {"O_LARGEFILE", 0},
    {"O_NDELAY", static_cast<long long>(O_NDELAY)},
    {"O_NOATIME", static_cast<long long>(O_NOATIME)},
    {"O_NOCTTY", static_cast<long long>(O_NOCTTY)},
    {"O_NOFOLLOW", static_cast<long long>(O_NOFOLLOW)},
    {"O_NONBLOCK", static_cast<long long>(O_NONBLOCK)},
    {"O_PATH", static_cast<long long>(O_PATH)},
    {"O_RDONLY", static_cast<long long>(O_RDONLY)},
    {"O_RDWR", static_cast<long long>(O_RDWR)},
    {"O_RSYNC", static_cast<long long>(O_RSYNC)},
    {"O_SYNC", static_cast<long long>(O_SYNC)},
    {"O_TMPFILE", static_cast<long long>(O_TMPFILE)},
    {"O_TRUNC", static_cast<long long>(O_TRUNC)},
    {"O_WRONLY", static_cast<long long>(O_WRONLY)},
    {"POSIX_FADV_DONTNEED", static_cast<long long>(POSIX_FADV_DONTNEED)},
    {"POSIX_FADV_NOREUSE", static_cast<long long>(POSIX_FADV_NOREUSE)},
    {"POSIX_FADV_NORMAL", static_cast<long long>(POSIX_FADV_NORMAL)},
    {"POSIX_FADV_RANDOM", static_cast<long long>(POSIX_FADV_RANDOM)},
    {"POSIX_FADV_SEQUENTIAL", static_cast<long long>(POSIX_FADV_SEQUENTIAL)},
    {"POSIX_FADV_WILLNEED", static_cast<long long>(POSIX_FADV_WILLNEED)},
    {"PRIO_PGRP", static_cast<long long>(PRIO_PGRP)},
    {"PRIO_PROCESS", static_cast<long long>(PRIO_PROCESS)},
    {"PRIO_USER", static_cast<long long>(PRIO_USER)},
    {"P_ALL", static_cast<long long>(P_ALL)},
    {"P_PGID", static_cast<long long>(P_PGID)},
    {"P_PID", static_cast<long long>(P_PID)},
    {"P_PIDFD", 3},
    {"RTLD_DEEPBIND", static_cast<long long>(RTLD_DEEPBIND)},
    {"RTLD_GLOBAL", static_cast<long long>(RTLD_GLOBAL)},
    {"RTLD_LAZY", static_cast<long long>(RTLD_LAZY)},
    {"RTLD_LOCAL", static_cast<long long>(RTLD_LOCAL)},
    {"RTLD_NODELETE", static_cast<long long>(RTLD_NODELETE)},
    {"RTLD_NOLOAD", static_cast<long long>(RTLD_NOLOAD)},
    {"RTLD_NOW", static_cast<long long>(RTLD_NOW)},
    {"R_OK", static_cast<long long>(R_OK)},
    {"SCHED_BATCH", static_cast<long long>(SCHED_BATCH)},
    {"SCHED_FIFO", static_cast<long long>(SCHED_FIFO)},
    {"SCHED_IDLE", static_cast<long long>(SCHED_IDLE)},
    {"SCHED_OTHER", static_cast<long long>(SCHED_OTHER)},
    {"SCHED_RESET_ON_FORK", static_cast<long long>(SCHED_RESET_ON_FORK)},
    {"SCHED_RR", static_cast<long long>(SCHED_RR)},
    {"SEEK_DATA", static_cast<long long>(SEEK_DATA)},
    {"SEEK_HOLE", static_cast<long long>(SEEK_HOLE)},
    {"SPLICE_F_MORE", static_cast<long long>(SPLICE_F_MORE)},
    {"SPLICE_F_MOVE", static_cast<long long>(SPLICE_F_MOVE)},
    {"SPLICE_F_NONBLOCK", static_cast<long long>(SPLICE_F_NONBLOCK)},
    {"ST_APPEND", static_cast<long long>(ST_APPEND)},
    {"ST_MANDLOCK", static_cast<long long>(ST_MANDLOCK)},
    {"ST_NOATIME", static_cast<long long>(ST_NOATIME)},
    {"ST_NODEV", static_cast<long long>(ST_NODEV)},
    {"ST_NODIRATIME", static_cast<long long>(ST_NODIRATIME)},
    {"ST_NOEXEC", static_cast<long long>(ST_NOEXEC)},
    {"ST_NOSUID", static_cast<long long>(ST_NOSUID)},
    {"ST_RDONLY", static_cast<long long>(ST_RDONLY)},
    {"ST_RELATIME", static_cast<long long>(ST_RELATIME)},
    {"ST_SYNCHRONOUS", static_cast<long long>(ST_SYNCHRONOUS)},
    {"ST_WRITE", static_cast<long long>(ST_WRITE)},
    {"TMP_MAX", static_cast<long long>(TMP_MAX)},
    {"WCONTINUED", static_cast<long long>(WCONTINUED)},
    {"WEXITED", static_cast<long long>(WEXITED)},
    {"WNOHANG", static_cast<long long>(WNOHANG)},
    {"WNOWAIT", static_cast<long long>(WNOWAIT)},
    {"WSTOPPED", static_cast<long long>(WSTOPPED)},
    {"WUNTRACED", static_cast<long long>(WUNTRACED)},
    {"W_OK", static_cast<long long>(W_OK)},
    {"X_OK", static_cast<long long>(X_OK)},
    {"NGROUPS_MAX", 65536},
    {"POSIX_SPAWN_OPEN", 0},
    {"POSIX_SPAWN_CLOSE", 1},
    {"POSIX_SPAWN_DUP2", 2},
    {"RWF_DSYNC", 2},
    {"RWF_HIPRI", 1},
    {"RWF_SYNC", 4},
    {"RWF_NOWAIT", 8},
    {"RWF_APPEND", 16},
    {"XATTR_CREATE", 1},
    {"XATTR_REPLACE", 2},
    {"XATTR_SIZE_MAX", 65536},
};

constexpr const char* kHaveFunctions[] = {
    "HAVE_EVENTFD",   "HAVE_FACCESSAT",  "HAVE_FCHDIR",       "HAVE_FCHMOD",    "HAVE_FCHMODAT", "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",  "HAVE_FEXECVE",    "HAVE_FDOPENDIR",    "HAVE_FPATHCONF", "HAVE_FSTATAT",  "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE", "HAVE_FUTIMENS",   "HAVE_FUTIMES",      "HAVE_FUTIMESAT", "HAVE_LINKAT",   "HAVE_LCHOWN",
    "HAVE_LSTAT",     "HAVE_LUTIMES",    "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT",   "HAVE_MKFIFOAT", "HAVE_MKNODAT",
    "HAVE_OPENAT",    "HAVE_READLINKAT", "HAVE_RENAMEAT",     "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT",
};

}  // namespace

Status add_constants(Module* m) {
  for (const Constant& c : kConstants) TRY(module_add_int(m, c.name, c.value));
  Ref<List> have = TRY(list_new());
  for (const char* name : kHaveFunctions) TRY(list_append_steal(have.get(), str_intern_ascii(name)));
  TRY(module_add(m, "_have_functions", std::move(have)));
  return module_add(m, "error", Ref<Object>::share(as_object(OSError)));
}

}  // namespace minipy::posix
