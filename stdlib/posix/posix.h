// Module posix, in files by subject; each offers its table of functions.
#pragma once

#include <sys/stat.h>

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/type.h"

namespace minipy {

struct Module;

namespace posix {

extern MethodDef file_functions[];        // paths: stat, mkdir, rename, listdir...
extern MethodDef descriptor_functions[];  // open, read, write, pipe, dup...
extern MethodDef process_functions[];     // fork, exec, environment, the system...
extern MethodDef attribute_functions[];   // extended attributes of files
extern MethodDef identity_functions[];    // users, groups, sessions
extern MethodDef spawn_functions[];       // posix_spawn
extern MethodDef waiting_functions[];     // for child processes
extern MethodDef scheduling_functions[];
extern MethodDef configuration_functions[];  // sysconf and the like

Status add_stat_types(Module* m);
Status add_process_types(Module* m);
Status add_waiting_types(Module* m);
Status add_scheduling_types(Module* m);
Status add_configuration_names(Module* m);
Status add_constants(Module* m);
Ref<Object> stat_result(const struct stat& info);
extern Type dir_entry_type, scandir_iterator_type;
// scandir(path) (scandir.cc); the table's binding is in files.cc.
Ref<Object> scandir(Object* module, Object* path);

}  // namespace posix
}  // namespace minipy
