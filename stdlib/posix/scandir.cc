// posix: scandir() and DirEntry (PEP 471).
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bind_varargs.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/resource_warning.h"
#include "runtime/str.h"
#include "stdlib/posix/path_argument.h"
#include "stdlib/posix/posix.h"

namespace minipy::posix {
namespace {

struct DirEntry {
  Object base;
  Object* name;
  Object* path;
  Object* stat;
  Object* lstat;
  unsigned char d_type;
  ino_t d_ino;
  int dir_fd;
};
struct ScandirIterator {
  Object base;
  PathArgument* path;
  DIR* dir;  // null: exhausted or closed
};

// ---- DirEntry
// ----------------------------------------------------------------------------------------------------------

void entry_dealloc(Object* p) {
  DirEntry* e = cast<DirEntry>(p);
  clear_field(e->name);
  clear_field(e->path);
  clear_field(e->stat);
  clear_field(e->lstat);
  type_of(p)->free(p);
}

Ref<Object> fetch_stat(DirEntry* e, bool follow) {
  PathArgument path;
  TRY(path.get(e->path, "DirEntry"));
  const char* name = path.c_str();
  PathArgument short_name;
  if (e->dir_fd != AT_FDCWD) {
    TRY(short_name.get(e->name, "DirEntry"));
    name = short_name.c_str();
  }
  struct stat info;
  bool raised;
  int r = blocking([&] { return fstatat(e->dir_fd, name, &info, follow ? 0 : AT_SYMLINK_NOFOLLOW); }, &raised);
  if (raised) return nullptr;
  if (r != 0) return path_error(path);
  return stat_result(info);
}

Ref<Object> entry_lstat(DirEntry* e) {
  if (!e->lstat) e->lstat = TRY(fetch_stat(e, false))
  .release();
  return Ref<Object>::share(e->lstat);
}

Ref<Object> entry_stat(DirEntry* e, bool follow) {
  if (!follow) return entry_lstat(e);
  if (!e->stat) {
    bool link = e->d_type == DT_LNK;
    if (e->d_type == DT_UNKNOWN) {
      Ref<Object> own = TRY(entry_lstat(e));
      Ref<Object> mode = TRY(object_get_attr(own.get(), NAME("st_mode")));
      link = S_ISLNK(static_cast<mode_t>(int_to_unsigned_mask(mode.get())));
    }
    e->stat = (link ? TRY(fetch_stat(e, true)) : TRY(entry_lstat(e))).release();
  }
  return Ref<Object>::share(e->stat);
}

Maybe<bool> has_mode(DirEntry* e, bool follow, mode_t wanted) {
  bool link = e->d_type == DT_LNK, need_stat = e->d_type == DT_UNKNOWN || (follow && link);
  if (!need_stat) {
    if (link) return wanted == S_IFLNK;
    return wanted == S_IFDIR ? e->d_type == DT_DIR : wanted == S_IFREG ? e->d_type == DT_REG : false;
  }
  Ref<Object> info = entry_stat(e, follow);
  if (!info) {
    // A file that vanished is neither.
    if (!error_clear_if(FileNotFoundError)) return kRaised;
    return false;
  }
  Ref<Object> mode = object_get_attr(info.get(), NAME("st_mode"));
  if (!mode) return kRaised;
  return (static_cast<mode_t>(int_to_unsigned_mask(mode.get())) & S_IFMT) == wanted;
}
Ref<Object> entry_is_dir(DirEntry* e, bool follow) { return bool_ref(TRY(has_mode(e, follow, S_IFDIR))); }
Ref<Object> entry_is_file(DirEntry* e, bool follow) { return bool_ref(TRY(has_mode(e, follow, S_IFREG))); }
Ref<Object> entry_is_symlink(DirEntry* e) {
  if (e->d_type != DT_UNKNOWN) return bool_ref(e->d_type == DT_LNK);
  return bool_ref(TRY(has_mode(e, false, S_IFLNK)));
}
Ref<Object> entry_inode(DirEntry* e) { return int_from_size(e->d_ino); }
Ref<Object> entry_fspath(DirEntry* e) { return Ref<Object>::share(e->path); }
Ref<Str> entry_repr(DirEntry* e) { return format_message("<DirEntry {}>", repr_of(e->name)); }

constinit MethodDef entry_methods[] = {
    METHOD(entry_is_dir, "is_dir(self, /, *, follow_symlinks=True)", "Whether the entry is a directory."),
    METHOD(entry_is_file, "is_file(self, /, *, follow_symlinks=True)", "Whether the entry is a file."),
    METHOD(entry_is_symlink, "is_symlink(self, /)", "Whether the entry is a symbolic link."),
    METHOD(entry_stat, "stat(self, /, *, follow_symlinks=True)", "stat_result of the entry; cached."),
    METHOD(entry_inode, "inode(self, /)", "Inode of the entry."),
    METHOD(entry_fspath, "__fspath__(self, /)", "The path of the entry."),
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};
constinit MemberDef entry_members[] = {
    {"name", kMemberObjectEx, offsetof(DirEntry, name), kMemberReadonly, "the entry's base filename"},
    {"path", kMemberObjectEx, offsetof(DirEntry, path), kMemberReadonly, "the entry's full path name"},
    {},
};

// ---- The iterator
// ------------------------------------------------------------------------------------------------------

void close_directory(ScandirIterator* it) {
  DIR* dir = std::exchange(it->dir, nullptr);
  if (!dir) return;
  ReleaseGil other_threads_run;
  if (it->path->given_descriptor) rewinddir(dir);
  closedir(dir);
}

Ref<Object> make_entry(ScandirIterator* it, const struct dirent* d) {
  DirEntry* e = object_new<DirEntry>(&dir_entry_type);
  if (!e) return nullptr;
  e->name = e->path = e->stat = e->lstat = nullptr;
  Ref<Object> made = Ref<Object>::steal(as_object(e));
  std::string_view name = d->d_name;
  const PathArgument& path = *it->path;
  e->name = TRY(path_object(name.data(), name.size(), path.wants_bytes()))
  .release();
  if (path.given_descriptor) {
    e->path = Ref<Object>::share(e->name).release();
  } else {
    std::string full = path.text;
    if (!full.empty() && full.back() != '/') full += '/';
    if (path.is_none) full = "./";
    full += name;
    e->path = TRY(path_object(full.data(), full.size(), path.wants_bytes()))
    .release();
  }
  e->d_type = d->d_type;
  e->d_ino = d->d_ino;
  e->dir_fd = path.given_descriptor ? path.fd : AT_FDCWD;
  return made;
}

Ref<Object> scandir_next(ScandirIterator* it) {
  while (it->dir) {
    struct dirent* d;
    {
      ReleaseGil other_threads_run;
      errno = 0;
      d = readdir(it->dir);
    }
    if (!d) {
      int error = errno;
      if (error != 0) {
        errno = error;
        path_error(*it->path);
      }
      close_directory(it);
      return nullptr;
    }
    std::string_view name = d->d_name;
    if (name != "." && name != "..") return make_entry(it, d);
  }
  return nullptr;
}

Status scandir_close(ScandirIterator* it) {
  close_directory(it);
  return kOk;
}
Ref<Object> scandir_enter(ScandirIterator* it) { return Ref<Object>::share(as_object(it)); }
Status scandir_exit(ScandirIterator* it, VarArgs) {
  close_directory(it);
  return kOk;
}
void scandir_finalize(Object* p) {
  ScandirIterator* it = cast<ScandirIterator>(p);
  if (!it->dir) return;
  PreserveError keep;
  if (!warn_unclosed(p, "unclosed scandir iterator {}", repr_of(p))) {
    if (error_matches(Warning)) error_write_unraisable(p);
    error_clear();
  }
  close_directory(it);
}
void scandir_dealloc(Object* p) {
  // Who records the warning keeps the iterator.
  if (object_finalize_in_dealloc(p)) return;
  delete cast<ScandirIterator>(p)->path;
  type_of(p)->free(p);
}
Object* self_iter(Object* p) {
  incref(p);
  return p;
}

constinit MethodDef scandir_methods[] = {
    METHOD(scandir_enter, "__enter__(self, /)", ""),
    VARARGS_METHOD(scandir_exit, "__exit__(self, *args)", ""),
    METHOD(scandir_close, "close(self, /)", ""),
    {},
};

}  // namespace

Ref<Object> scandir(Object*, Object* p) {
  PathArgument* path = new PathArgument;
  ScandirIterator* it = object_new<ScandirIterator>(&scandir_iterator_type);
  if (!it) {
    delete path;
    return nullptr;
  }
  it->path = path;
  it->dir = nullptr;
  Ref<Object> made = Ref<Object>::steal(as_object(it));
  TRY(path->get(p, "scandir", PathArgument::kDescriptor | PathArgument::kNone));
  DIR* dir = nullptr;
  {
    ReleaseGil other_threads_run;
    errno = 0;
    if (path->given_descriptor) {
      int fd = fcntl(path->fd, F_DUPFD_CLOEXEC, 0);
      if (fd >= 0) dir = fdopendir(fd);
    } else {
      dir = opendir(path->c_str());
    }
  }
  if (!dir) return path_error(*path);
  it->dir = dir;
  return made;
}

constinit Type dir_entry_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "posix.DirEntry",
    .basicsize = sizeof(DirEntry),
    .dealloc = entry_dealloc,
    .repr = slot<entry_repr>,
    .flags = kTypeDefault | kTypeDisallowInstantiation,
    .methods = entry_methods,
    .members = entry_members,
    .free = memory::object_free,
};

constinit Type scandir_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "posix.ScandirIterator",
    .basicsize = sizeof(ScandirIterator),
    .dealloc = scandir_dealloc,
    .flags = kTypeDefault | kTypeDisallowInstantiation,
    .iter = self_iter,
    .iternext = slot<scandir_next>,
    .methods = scandir_methods,
    .free = memory::object_free,
    .finalize = scandir_finalize,
};

}  // namespace minipy::posix
