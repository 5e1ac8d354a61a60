// posix: stat results.
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/struct_sequence.h"
#include "stdlib/posix/path_argument.h"
#include "stdlib/posix/posix.h"

namespace minipy::posix {
namespace {

// Made at import; they live as long as the process.
Type* g_stat_result_type = nullptr;
Type* g_statvfs_result_type = nullptr;

constexpr StructSequenceField kStatFields[] = {
    {"st_mode", "protection bits"},
    {"st_ino", "inode"},
    {"st_dev", "device"},
    {"st_nlink", "number of hard links"},
    {"st_uid", "user ID of owner"},
    {"st_gid", "group ID of owner"},
    {"st_size", "total size, in bytes"},
    {"", "integer time of last access"},
    {"", "integer time of last modification"},
    {"", "integer time of last change"},
    {"st_atime", "time of last access"},
    {"st_mtime", "time of last modification"},
    {"st_ctime", "time of last change"},
    {"st_atime_ns", "time of last access in nanoseconds"},
    {"st_mtime_ns", "time of last modification in nanoseconds"},
    {"st_ctime_ns", "time of last change in nanoseconds"},
    {"st_blksize", "blocksize for filesystem I/O"},
    {"st_blocks", "number of blocks allocated"},
    {"st_rdev", "device type (if inode device)"},
    {},
};
constexpr StructSequenceField kStatvfsFields[] = {
    {"f_bsize", nullptr},  {"f_frsize", nullptr},  {"f_blocks", nullptr}, {"f_bfree", nullptr},
    {"f_bavail", nullptr}, {"f_files", nullptr},   {"f_ffree", nullptr},  {"f_favail", nullptr},
    {"f_flag", nullptr},   {"f_namemax", nullptr}, {"f_fsid", nullptr},   {},
};

// Items 7-9: seconds; the named fields: float seconds and integer nanoseconds.
Status set_time(Object* result, ssize index, const struct timespec& t) {
  Ref<Object> seconds = int_from(t.tv_sec);
  Ref<Object> fraction = float_from_double(static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec));
  Ref<Int> billion = int_from(1000000000), nanoseconds = int_from(t.tv_nsec), whole = int_from(t.tv_sec);
  if (!seconds || !fraction || !billion || !nanoseconds || !whole) return Status::failed();
  Ref<Object> product = TRY(int_multiply(whole.get(), billion.get()));
  Ref<Object> total = TRY(int_add(cast<Int>(product.get()), nanoseconds.get()));
  struct_sequence_set(result, 7 + index, std::move(seconds));
  struct_sequence_set(result, 10 + index, std::move(fraction));
  struct_sequence_set(result, 13 + index, std::move(total));
  return kOk;
}

}  // namespace

Ref<Object> stat_result(const struct stat& info) {
  Ref<Object> r = TRY(struct_sequence_new(g_stat_result_type));
  const unsigned long long fields[] = {info.st_mode, info.st_ino, info.st_dev, info.st_nlink, info.st_uid, info.st_gid};
  for (ssize i = 0; i < 6; i++) struct_sequence_set(r.get(), i, int_from_size(fields[i]));
  struct_sequence_set(r.get(), 6, int_from(info.st_size));
  TRY(set_time(r.get(), 0, info.st_atim));
  TRY(set_time(r.get(), 1, info.st_mtim));
  TRY(set_time(r.get(), 2, info.st_ctim));
  struct_sequence_set(r.get(), 16, int_from(info.st_blksize));
  struct_sequence_set(r.get(), 17, int_from(info.st_blocks));
  struct_sequence_set(r.get(), 18, int_from_size(info.st_rdev));
  return r;
}

Ref<Object> statvfs_result(const struct statvfs& info) {
  Ref<Object> r = TRY(struct_sequence_new(g_statvfs_result_type));
  const unsigned long fields[] = {info.f_bsize,  info.f_frsize,  info.f_blocks, info.f_bfree,
                                  info.f_bavail, info.f_files,   info.f_ffree,  info.f_favail,
                                  info.f_flag,   info.f_namemax, info.f_fsid};
  for (ssize i = 0; i < 11; i++) struct_sequence_set(r.get(), i, int_from_size(fields[i]));
  return r;
}

Status add_stat_types(Module* m) {
  if (!g_stat_result_type) {
    g_stat_result_type = TRY(
        struct_sequence_type_new("os.stat_result", kStatFields, 10, "stat_result: Result from stat, fstat, or lstat."))
    .release();
    g_statvfs_result_type = TRY(struct_sequence_type_new("os.statvfs_result", kStatvfsFields, 10,
                                                         "statvfs_result: Result from statvfs or fstatvfs."))
    .release();
  }
  TRY(module_add(m, "stat_result", Ref<Object>::share(as_object(g_stat_result_type))));
  return module_add(m, "statvfs_result", Ref<Object>::share(as_object(g_statvfs_result_type)));
}

}  // namespace minipy::posix
