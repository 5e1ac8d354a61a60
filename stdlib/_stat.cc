// Module _stat: interpretation of file modes.
#include <sys/stat.h>

#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"

namespace minipy {
namespace {

Maybe<mode_t> mode_of(Object* p) {
  Maybe<long long> v = bind::to_long_long(p);
  if (!v) return kRaised;
  if (*v < 0) return raise(OverflowError, "can't convert negative value to unsigned int");
  if (*v > 0xffffffffLL) return raise(OverflowError, "mode out of range");
  return static_cast<mode_t>(*v);
}

Ref<Object> has_format(Object* mode, mode_t format) { return bool_ref((TRY(mode_of(mode)) & S_IFMT) == format); }
Ref<Object> is_dir(Object*, Object* mode) { return has_format(mode, S_IFDIR); }
Ref<Object> is_chr(Object*, Object* mode) { return has_format(mode, S_IFCHR); }
Ref<Object> is_blk(Object*, Object* mode) { return has_format(mode, S_IFBLK); }
Ref<Object> is_reg(Object*, Object* mode) { return has_format(mode, S_IFREG); }
Ref<Object> is_fifo(Object*, Object* mode) { return has_format(mode, S_IFIFO); }
Ref<Object> is_lnk(Object*, Object* mode) { return has_format(mode, S_IFLNK); }
Ref<Object> is_sock(Object*, Object* mode) { return has_format(mode, S_IFSOCK); }
Ref<Object> never(Object*, Object* mode) {
  (void)TRY(mode_of(mode));
  return bool_ref(false);
}
Ref<Object> permission_bits(Object*, Object* mode) { return int_from(TRY(mode_of(mode)) & 07777); }
Ref<Object> format_bits(Object*, Object* mode) { return int_from(TRY(mode_of(mode)) & S_IFMT); }

char type_letter(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return '-';
    case S_IFDIR: return 'd';
    case S_IFLNK: return 'l';
    case S_IFBLK: return 'b';
    case S_IFCHR: return 'c';
    case S_IFIFO: return 'p';
    case S_IFSOCK: return 's';
    default: return '?';
  }
}
// "-rwxr-xr-x"; the execute letters show set-id and sticky bits.
Ref<Object> file_mode(Object*, Object* p) {
  mode_t mode = TRY(mode_of(p));
  char text[10] = {type_letter(mode)};
  for (int i = 0; i < 9; i++) text[1 + i] = mode & (0400u >> i) ? "rwx"[i % 3] : '-';
  const mode_t special[] = {S_ISUID, S_ISGID, S_ISVTX};
  for (int i = 0; i < 3; i++) {
    char& x = text[3 + 3 * i];
    if (mode & special[i]) x = i == 2 ? (x == 'x' ? 't' : 'T') : (x == 'x' ? 's' : 'S');
  }
  return str_from_ascii({text, sizeof text});
}

struct Constant {
  const char* name;
  long value;
};
constexpr Constant kConstants[] = {
    {"SF_APPEND", 0x40000},    {"SF_ARCHIVED", 0x10000}, {"SF_IMMUTABLE", 0x20000}, {"SF_NOUNLINK", 0x100000},
    {"SF_SNAPSHOT", 0x200000}, {"ST_ATIME", 0x7},        {"ST_CTIME", 0x9},         {"ST_DEV", 0x2},
    {"ST_GID", 0x5},           {"ST_INO", 0x1},          {"ST_MODE", 0x0},          {"ST_MTIME", 0x8},
    {"ST_NLINK", 0x3},         {"ST_SIZE", 0x6},         {"ST_UID", 0x4},           {"S_ENFMT", 0x400},
    {"S_IEXEC", 0x40},         {"S_IFBLK", 0x6000},      {"S_IFCHR", 0x2000},       {"S_IFDIR", 0x4000},
    {"S_IFDOOR", 0x0},         {"S_IFIFO", 0x1000},      {"S_IFLNK", 0xa000},       {"S_IFPORT", 0x0},
    {"S_IFREG", 0x8000},       {"S_IFSOCK", 0xc000},     {"S_IFWHT", 0x0},          {"S_IREAD", 0x100},
    {"S_IRGRP", 0x20},         {"S_IROTH", 0x4},         {"S_IRUSR", 0x100},        {"S_IRWXG", 0x38},
    {"S_IRWXO", 0x7},          {"S_IRWXU", 0x1c0},       {"S_ISGID", 0x400},        {"S_ISUID", 0x800},
    {"S_ISVTX", 0x200},        {"S_IWGRP", 0x10},        {"S_IWOTH", 0x2},          {"S_IWRITE", 0x80},
    {"S_IWUSR", 0x80},         {"S_IXGRP", 0x8},         {"S_IXOTH", 0x1},          {"S_IXUSR", 0x40},
    {"UF_APPEND", 0x4},        {"UF_COMPRESSED", 0x20},  {"UF_HIDDEN", 0x8000},     {"UF_IMMUTABLE", 0x2},
    {"UF_NODUMP", 0x1},        {"UF_NOUNLINK", 0x10},    {"UF_OPAQUE", 0x8},
};

Status exec(Module* m) {
  for (const Constant& c : kConstants) TRY(module_add_int(m, c.name, c.value));
  return kOk;
}

constinit MethodDef functions[] = {
    PLAIN_METHOD(is_dir, "S_ISDIR(module, mode, /)", "S_ISDIR(mode) -> bool"),
    PLAIN_METHOD(is_chr, "S_ISCHR(module, mode, /)", "S_ISCHR(mode) -> bool"),
    PLAIN_METHOD(is_blk, "S_ISBLK(module, mode, /)", "S_ISBLK(mode) -> bool"),
    PLAIN_METHOD(is_reg, "S_ISREG(module, mode, /)", "S_ISREG(mode) -> bool"),
    PLAIN_METHOD(is_fifo, "S_ISFIFO(module, mode, /)", "S_ISFIFO(mode) -> bool"),
    PLAIN_METHOD(is_lnk, "S_ISLNK(module, mode, /)", "S_ISLNK(mode) -> bool"),
    PLAIN_METHOD(is_sock, "S_ISSOCK(module, mode, /)", "S_ISSOCK(mode) -> bool"),
    PLAIN_METHOD(never, "S_ISDOOR(module, mode, /)", "S_ISDOOR(mode) -> bool"),
    PLAIN_METHOD(never, "S_ISPORT(module, mode, /)", "S_ISPORT(mode) -> bool"),
    PLAIN_METHOD(never, "S_ISWHT(module, mode, /)", "S_ISWHT(mode) -> bool"),
    PLAIN_METHOD(permission_bits, "S_IMODE(module, mode, /)", "The bits that os.chmod() can set."),
    PLAIN_METHOD(format_bits, "S_IFMT(module, mode, /)", "The bits that describe the file type."),
    PLAIN_METHOD(file_mode, "filemode(module, mode, /)", "The mode as ls -l shows it."),
    {},
};

}  // namespace

constinit NativeModule _stat_module = {"_stat", functions, exec, "S_IFMT_: file type bits, S_ISxxx: tests."};

}  // namespace minipy
