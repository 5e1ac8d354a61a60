// posix: functions on paths. Source: library reference "os", "Files and Directories".
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <climits>
#include <cmath>
#include <string>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/os_arguments.h"
#include "stdlib/posix/number_arguments.h"
#include "stdlib/posix/path_argument.h"
#include "stdlib/posix/posix.h"

namespace minipy::posix {

Ref<Object> statvfs_result(const struct statvfs& info);

namespace {

constexpr int kFdOrPath = PathArgument::kDescriptor;

// ---- stat
// ------------------------------------------------------------------------------------------------------------

Status check_fd_combinations(const char* function, const PathArgument& path, int dir_fd, bool follow_symlinks) {
  if (!path.given_descriptor) return kOk;
  if (dir_fd != AT_FDCWD) return raise(ValueError, "{}: can't specify dir_fd without matching path", function);
  // As in CPython, descriptor 0 passes.
  if (!follow_symlinks && path.fd != 0)
    return raise(ValueError, "{}: cannot use fd and follow_symlinks together", function);
  return kOk;
}

Ref<Object> do_stat(const char* function, Object* p, Object* dir_fd, bool follow) {
  PathArgument path;
  TRY(path.get(p, function, kFdOrPath));
  int dir = TRY(directory_descriptor(dir_fd));
  TRY(check_fd_combinations(function, path, dir, follow));
  struct stat info;
  bool raised;
  int r = blocking(
      [&] {
        return path.given_descriptor ? fstat(path.fd, &info)
                                     : fstatat(dir, path.c_str(), &info, follow ? 0 : AT_SYMLINK_NOFOLLOW);
      },
      &raised);
  if (raised) return nullptr;
  if (r != 0) return path_error(path);
  return stat_result(info);
}
Ref<Object> os_stat(Object*, Object* path, Object* dir_fd, bool follow) {
  return do_stat("stat", path, dir_fd, follow);
}
Ref<Object> os_lstat(Object*, Object* p, Object* dir_fd) {
  PathArgument path;
  TRY(path.get(p, "lstat"));
  return do_stat("lstat", p, dir_fd, false);
}
Ref<Object> os_statvfs(Object*, Object* p) {
  PathArgument path;
  TRY(path.get(p, "statvfs", kFdOrPath));
  struct statvfs info;
  bool raised;
  int r = blocking([&] { return path.given_descriptor ? fstatvfs(path.fd, &info) : statvfs(path.c_str(), &info); },
                   &raised);
  if (raised) return nullptr;
  if (r != 0) return path_error(path);
  return statvfs_result(info);
}

Ref<Object> os_access(Object*, Object* p, int mode, Object* dir_fd, bool effective_ids, bool follow) {
  PathArgument path;
  TRY(path.get(p, "access"));
  int dir = TRY(directory_descriptor(dir_fd));
  int flags = (effective_ids ? AT_EACCESS : 0) | (follow ? 0 : AT_SYMLINK_NOFOLLOW);
  int r;
  {
    ReleaseGil other_threads_run;
    r = faccessat(dir, path.c_str(), mode, flags);
  }
  return bool_ref(r == 0);
}

// ---- Directories
// -----------------------------------------------------------------------------------------------------

// A call on one path; failure is an OSError with its name.
template <class Call>
Status on_path(const PathArgument& path, Call call) {
  bool raised;
  int r = blocking(call, &raised);
  if (raised) return Status::failed();
  if (r != 0) return path_error(path);
  return kOk;
}

Status os_chdir(Object*, Object* p) {
  PathArgument path;
  TRY(path.get(p, "chdir", kFdOrPath));
  return on_path(path, [&] { return path.given_descriptor ? fchdir(path.fd) : chdir(path.c_str()); });
}
Status os_chroot(Object*, Object* p) {
  PathArgument path;
  TRY(path.get(p, "chroot"));
  return on_path(path, [&] { return chroot(path.c_str()); });
}
Status os_mkdir(Object*, Object* p, int mode, Object* dir_fd) {
  PathArgument path;
  TRY(path.get(p, "mkdir"));
  int dir = TRY(directory_descriptor(dir_fd));
  return on_path(path, [&] { return mkdirat(dir, path.c_str(), static_cast<mode_t>(mode)); });
}
Status os_rmdir(Object*, Object* p, Object* dir_fd) {
  PathArgument path;
  TRY(path.get(p, "rmdir"));
  int dir = TRY(directory_descriptor(dir_fd));
  return on_path(path, [&] { return unlinkat(dir, path.c_str(), AT_REMOVEDIR); });
}
Status do_unlink(const char* function, Object* p, Object* dir_fd) {
  PathArgument path;
  TRY(path.get(p, function));
  int dir = TRY(directory_descriptor(dir_fd));
  return on_path(path, [&] { return unlinkat(dir, path.c_str(), 0); });
}
Status os_unlink(Object*, Object* p, Object* dir_fd) { return do_unlink("unlink", p, dir_fd); }
Status os_remove(Object*, Object* p, Object* dir_fd) { return do_unlink("remove", p, dir_fd); }

Status do_rename(const char* function, Object* src, Object* dst, Object* src_dir_fd, Object* dst_dir_fd) {
  PathArgument from, to;
  TRY(from.get(src, function, PathArgument::kPath, "src"));
  TRY(to.get(dst, function, PathArgument::kPath, "dst"));
  int from_dir = TRY(directory_descriptor(src_dir_fd))
  , to_dir = TRY(directory_descriptor(dst_dir_fd));
  bool raised;
  int r = blocking([&] { return renameat(from_dir, from.c_str(), to_dir, to.c_str()); }, &raised);
  if (raised) return Status::failed();
  if (r != 0) return path_error(from, to);
  return kOk;
}
Status os_rename(Object*, Object* src, Object* dst, Object* a, Object* b) {
  return do_rename("rename", src, dst, a, b);
}
Status os_replace(Object*, Object* src, Object* dst, Object* a, Object* b) {
  return do_rename("replace", src, dst, a, b);
}

Status os_link(Object*, Object* src, Object* dst, Object* src_dir_fd, Object* dst_dir_fd, bool follow) {
  PathArgument from, to;
  TRY(from.get(src, "link", PathArgument::kPath, "src"));
  TRY(to.get(dst, "link", PathArgument::kPath, "dst"));
  int from_dir = TRY(directory_descriptor(src_dir_fd))
  , to_dir = TRY(directory_descriptor(dst_dir_fd));
  bool raised;
  int r = blocking([&] { return linkat(from_dir, from.c_str(), to_dir, to.c_str(), follow ? AT_SYMLINK_FOLLOW : 0); },
                   &raised);
  if (raised) return Status::failed();
  if (r != 0) return path_error(from, to);
  return kOk;
}
Status os_symlink(Object*, Object* src, Object* dst, bool, Object* dir_fd) {
  PathArgument from, to;
  TRY(from.get(src, "symlink", PathArgument::kPath, "src"));
  TRY(to.get(dst, "symlink", PathArgument::kPath, "dst"));
  int dir = TRY(directory_descriptor(dir_fd));
  bool raised;
  int r = blocking([&] { return symlinkat(from.c_str(), dir, to.c_str()); }, &raised);
  if (raised) return Status::failed();
  if (r != 0) return path_error(from, to);
  return kOk;
}
Ref<Object> os_readlink(Object*, Object* p, Object* dir_fd) {
  PathArgument path;
  TRY(path.get(p, "readlink"));
  int dir = TRY(directory_descriptor(dir_fd));
  char buffer[PATH_MAX + 1];
  bool raised;
  ssize_t n = blocking([&] { return readlinkat(dir, path.c_str(), buffer, sizeof buffer); }, &raised);
  if (raised) return nullptr;
  if (n < 0) return path_error(path);
  return path_object(buffer, static_cast<size_t>(n), path.wants_bytes());
}

Ref<Object> os_listdir(Object*, Object* p) {
  PathArgument path;
  TRY(path.get(p, "listdir", PathArgument::kDescriptor | PathArgument::kNone));
  DIR* dir;
  if (path.given_descriptor) {
    // closedir() closes the descriptor: the caller keeps his.
    int fd = fcntl(path.fd, F_DUPFD_CLOEXEC, 0);
    dir = fd < 0 ? nullptr : fdopendir(fd);
    if (dir) rewinddir(dir);
  } else {
    ReleaseGil other_threads_run;
    dir = opendir(path.c_str());
  }
  if (!dir) return path_error(path);
  struct Close {
    DIR* d;
    ~Close() { closedir(d); }
  } close_it{dir};
  Ref<List> names = TRY(list_new());
  while (true) {
    errno = 0;
    struct dirent* entry = readdir(dir);
    if (!entry) {
      if (errno != 0) return path_error(path);
      return names;
    }
    std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    Ref<Object> text = TRY(path_object(name.data(), name.size(), path.wants_bytes()));
    TRY(list_append(names.get(), text.get()));
  }
}

Ref<Object> current_directory(bool bytes) {
  std::vector<char> buffer(1024);
  while (true) {
    if (getcwd(buffer.data(), buffer.size())) break;
    if (errno != ERANGE) return raise_os_error(errno);
    buffer.resize(buffer.size() * 2);
  }
  return path_object(buffer.data(), std::char_traits<char>::length(buffer.data()), bytes);
}
Ref<Object> os_getcwd(Object*) { return current_directory(false); }
Ref<Object> os_getcwdb(Object*) { return current_directory(true); }

// ---- Attributes of files
// -----------------------------------------------------------------------------------------------

Status os_chmod(Object*, Object* p, int mode, Object* dir_fd, bool follow) {
  PathArgument path;
  TRY(path.get(p, "chmod", kFdOrPath));
  int dir = TRY(directory_descriptor(dir_fd));
  TRY(check_fd_combinations("chmod", path, dir, follow));
  if (!follow) return raise(NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
  return on_path(path, [&] {
    return path.given_descriptor ? fchmod(path.fd, static_cast<mode_t>(mode))
                                 : fchmodat(dir, path.c_str(), static_cast<mode_t>(mode), 0);
  });
}
Status do_chown(const char* function, Object* p, Object* uid, Object* gid, Object* dir_fd, bool follow, int allow) {
  PathArgument path;
  TRY(path.get(p, function, allow));
  unsigned user = TRY(id_argument(uid, "uid"))
  , group = TRY(id_argument(gid, "gid"));
  int dir = TRY(directory_descriptor(dir_fd));
  TRY(check_fd_combinations(function, path, dir, follow));
  return on_path(path, [&] {
    return path.given_descriptor ? fchown(path.fd, user, group)
                                 : fchownat(dir, path.c_str(), user, group, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  });
}
Status os_chown(Object*, Object* p, Object* uid, Object* gid, Object* dir_fd, bool follow) {
  return do_chown("chown", p, uid, gid, dir_fd, follow, kFdOrPath);
}
Status os_lchown(Object*, Object* p, Object* uid, Object* gid) {
  return do_chown("lchown", p, uid, gid, nullptr, false, PathArgument::kPath);
}

// A number of seconds, int or float, as timespec (rounded down).
Status seconds_argument(Object* p, struct timespec* out) {
  if (is_exactly(p, &float_type)) {
    double v = cast<Float>(p)->value;
    if (std::isnan(v)) return raise(ValueError, "Invalid value NaN (not a number)");
    double whole = std::floor(v);
    out->tv_sec = static_cast<time_t>(whole);
    out->tv_nsec = static_cast<long>(std::floor((v - whole) * 1e9));
    return kOk;
  }
  Ref<Object> index = TRY(number_index(p));
  out->tv_sec = TRY(int_to_long(index.get()));
  out->tv_nsec = 0;
  return kOk;
}
Status nanoseconds_argument(Object* p, struct timespec* out) {
  Ref<Int> billion = TRY(int_from(1000000000));
  Ref<Object> index = TRY(number_index(p));
  Ref<Object> whole = TRY(int_floor_divide(cast<Int>(index.get()), billion.get()));
  Ref<Object> rest = TRY(int_remainder(cast<Int>(index.get()), billion.get()));
  out->tv_sec = TRY(int_to_long(whole.get()));
  out->tv_nsec = TRY(int_to_long(rest.get()));
  return kOk;
}

Status os_utime(Object*, Object* p, Object* times, Object* ns, Object* dir_fd, bool follow) {
  PathArgument path;
  TRY(path.get(p, "utime", kFdOrPath));
  int dir = TRY(directory_descriptor(dir_fd));
  struct timespec pair[2];
  bool now = false;
  if (!is_none(times) && ns) {
    return raise(ValueError, "utime: you may specify either 'times' or 'ns' but not both");
  }
  if (!is_none(times)) {
    if (!is_exactly(times, &tuple_type) || tuple_size(cast<Tuple>(times)) != 2) {
      return raise(TypeError, "utime: 'times' must be either a tuple of two ints or None");
    }
    for (int i = 0; i < 2; i++) TRY(seconds_argument(cast<Tuple>(times)->items[i], &pair[i]));
  } else if (ns) {
    if (!is_exactly(ns, &tuple_type) || tuple_size(cast<Tuple>(ns)) != 2) {
      return raise(TypeError, "utime: 'ns' must be a tuple of two ints");
    }
    for (int i = 0; i < 2; i++) TRY(nanoseconds_argument(cast<Tuple>(ns)->items[i], &pair[i]));
  } else {
    now = true;
  }
  TRY(check_fd_combinations("utime", path, dir, follow));
  const struct timespec* t = now ? nullptr : pair;
  return on_path(path, [&] {
    return path.given_descriptor ? futimens(path.fd, t)
                                 : utimensat(dir, path.c_str(), t, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  });
}

Status os_truncate(Object*, Object* p, Offset length) {
  PathArgument path;
  TRY(path.get(p, "truncate", kFdOrPath));
  return on_path(path,
                 [&] { return path.given_descriptor ? ftruncate(path.fd, length) : truncate(path.c_str(), length); });
}
Status os_mkfifo(Object*, Object* p, int mode, Object* dir_fd) {
  PathArgument path;
  TRY(path.get(p, "mkfifo"));
  int dir = TRY(directory_descriptor(dir_fd));
  return on_path(path, [&] { return mkfifoat(dir, path.c_str(), static_cast<mode_t>(mode)); });
}
Status os_mknod(Object*, Object* p, int mode, long long device, Object* dir_fd) {
  PathArgument path;
  TRY(path.get(p, "mknod"));
  int dir = TRY(directory_descriptor(dir_fd));
  return on_path(path,
                 [&] { return mknodat(dir, path.c_str(), static_cast<mode_t>(mode), static_cast<dev_t>(device)); });
}
// Device numbers are unsigned; an argument below 0 is an error.
Maybe<unsigned long long> device_argument(Object* p) {
  Ref<Object> index = TRY(number_index(p));
  return int_to_unsigned_long_long(index.get());
}
Ref<Object> os_major(Object*, Object* device) { return int_from(major(TRY(device_argument(device)))); }
Ref<Object> os_minor(Object*, Object* device) { return int_from(minor(TRY(device_argument(device)))); }
Ref<Object> os_makedev(Object*, int high, int low) {
  return int_from(static_cast<long long>(makedev(static_cast<unsigned>(high), static_cast<unsigned>(low))));
}

// ---- os.fspath, path normalisation
// -------------------------------------------------------------------------------------

Ref<Object> os_fspath(Object*, Object* path) {
  if (is_str(path) || is_bytes(path)) return Ref<Object>::share(path);
  Ref<Object> method = lookup_special(path, NAME("__fspath__"));
  if (!method) {
    if (error_pending()) return nullptr;
    return raise(TypeError, "expected str, bytes or os.PathLike object, not {:.200}", type_name(path));
  }
  Ref<Object> result = TRY(call_vector(method.get(), nullptr, 0));
  if (!is_str(result.get()) && !is_bytes(result.get())) {
    return raise(TypeError, "expected {:.200}.__fspath__() to return str or bytes, not {:.200}", type_name(path),
                 type_name(result.get()));
  }
  return result;
}

// posixpath.normpath: "." and empty parts vanish, ".." takes the part before it.
Ref<Object> path_normpath(Object*, Object* path) {
  if (!is_str(path)) return raise(TypeError, "expected str, not {:.200}", type_name(path));
  Str* s = cast<Str>(path);
  ssize n = str_length(s);
  std::u32string text;
  for (ssize i = 0; i < n; i++) {
    text += str_at(s, i);
  }
  size_t slashes = 0;
  while (slashes < text.size() && text[slashes] == '/') slashes++;
  // POSIX allows one or two leading slashes to mean something; more are one.
  std::u32string out(slashes == 2 ? 2 : slashes ? 1 : 0, U'/');
  std::vector<std::u32string_view> parts;
  std::u32string_view view = text;
  for (size_t start = slashes; start <= view.size();) {
    size_t end = view.find(U'/', start);
    if (end == std::u32string_view::npos) end = view.size();
    std::u32string_view part = view.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == U".") continue;
    bool up = part == U"..";
    if (up && !parts.empty() && parts.back() != U"..") {
      parts.pop_back();
    } else if (!up || !slashes) {
      parts.push_back(part);
    }
  }
  for (size_t i = 0; i < parts.size(); i++) {
    if (i) out += U'/';
    out += parts[i];
  }
  if (out.empty()) out = n == 0 ? U"" : U".";
  return str_from_ucs4(out.data(), static_cast<ssize>(out.size()));
}

Ref<Object> os_scandir(Object* module, Object* path) { return scandir(module, path); }

}  // namespace

constinit MethodDef file_functions[] = {
    FUNCTION(os_stat, "stat(module, /, path, *, dir_fd=None, follow_symlinks=True)", "Perform a stat system call."),
    FUNCTION(os_lstat, "lstat(module, /, path, *, dir_fd=None)", "stat() without following symbolic links."),
    FUNCTION(os_statvfs, "statvfs(module, /, path)", "Perform a statvfs system call."),
    FUNCTION(os_access,
             "access(module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)",
             "Test access to a path with the real uid/gid."),
    FUNCTION(os_chdir, "chdir(module, /, path)", "Change the current working directory."),
    FUNCTION(os_chroot, "chroot(module, /, path)", "Change the root directory."),
    FUNCTION(os_mkdir, "mkdir(module, /, path, mode=511, *, dir_fd=None)", "Create a directory."),
    FUNCTION(os_rmdir, "rmdir(module, /, path, *, dir_fd=None)", "Remove a directory."),
    FUNCTION(os_unlink, "unlink(module, /, path, *, dir_fd=None)", "Remove a file."),
    FUNCTION(os_remove, "remove(module, /, path, *, dir_fd=None)", "Remove a file."),
    FUNCTION(os_rename, "rename(module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
             "Rename a file or directory."),
    FUNCTION(os_replace, "replace(module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", "Rename, overwriting."),
    FUNCTION(os_link, "link(module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=True)",
             "Create a hard link."),
    FUNCTION(os_symlink, "symlink(module, /, src, dst, target_is_directory=False, *, dir_fd=None)",
             "Create a symbolic link."),
    FUNCTION(os_readlink, "readlink(module, /, path, *, dir_fd=None)", "What the symbolic link points to."),
    FUNCTION(os_listdir, "listdir(module, /, path=None)", "The names in a directory."),
    FUNCTION(os_scandir, "scandir(module, /, path=None)", "An iterator of DirEntry objects."),
    FUNCTION(os_getcwd, "getcwd(module, /)", "The current working directory."),
    FUNCTION(os_getcwdb, "getcwdb(module, /)", "The current working directory as bytes."),
    FUNCTION(os_chmod, "chmod(module, /, path, mode, *, dir_fd=None, follow_symlinks=True)", "Change permissions."),
    FUNCTION(os_chown, "chown(module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)", "Change the owner."),
    FUNCTION(os_lchown, "lchown(module, /, path, uid, gid)", "Change the owner of a link itself."),
    FUNCTION(os_utime,
             "utime(module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)",
             "Set access and modification times."),
    FUNCTION(os_truncate, "truncate(module, /, path, length)", "Truncate a file."),
    FUNCTION(os_mkfifo, "mkfifo(module, /, path, mode=438, *, dir_fd=None)", "Create a FIFO."),
    FUNCTION(os_mknod, "mknod(module, /, path, mode=384, device=0, *, dir_fd=None)", "Create a node."),
    FUNCTION(os_major, "major(module, device, /)", "Device major number."),
    FUNCTION(os_minor, "minor(module, device, /)", "Device minor number."),
    FUNCTION(os_makedev, "makedev(module, major, minor, /)", "Compose a device number."),
    FUNCTION(os_fspath, "fspath(module, /, path)", "The file system path representation of the object."),
    FUNCTION(path_normpath, "_path_normpath(module, /, path)", "Basic path normalization."),
    {},
};

}  // namespace minipy::posix
