// Module sys, in files by subject.
#pragma once

#include "gc/object.h"
#include "runtime/error.h"
#include "runtime/result.h"
#include "runtime/type.h"

namespace minipy {

struct Module;
struct Interpreter;

// Makes the module (without what start-up fills in later: path, argv, streams) and the interpreter's sysdict.
Ref<Module> sys_module_new();

// Values that depend on the command line; taken over by sys at start-up.
struct SysArguments {
  Ref<Object> argv, orig_argv, xoptions, warnoptions;  // list, list, dict, list
  Ref<Object> executable;                              // str
  Ref<Object> path;                                    // list
};
Status sys_set_arguments(const SysArguments& arguments);

extern MethodDef sys_runtime_functions[];  // limits, counts, tracing, frames
extern MethodDef sys_hook_functions[];     // excepthook, displayhook, unraisablehook, breakpointhook, audit

Status sys_add_information(Module* m);  // version, flags, float_info...
Ref<Object> sys_flags_new();            // sys.flags from the configuration
Status sys_init_hooks(Module* m);

// sys.<name>, borrowed, null when absent.
Object* sys_get(Str* name);
Status sys_set(const char* name, Object* value);

// A stand-in for sys.stderr during start-up that writes to the descriptor.
Ref<Object> preliminary_stderr_new(int fd);

// Prints the exception with traceback, causes, notes and groups to `file` as the interpreter does for uncaught ones.
// Errors while printing are swallowed.
void print_exception(Object* exception, Object* file);
// "Did you mean: ..." for NameError, AttributeError, ImportError: new str, or null without exception.
Ref<Str> suggestion_for(Object* exception);
// The line of the source file, found as the interpreter finds it (the file itself, then sys.path), without indentation;
// null: unavailable. *indent: characters taken off.
Ref<Str> source_line(Str* filename, int line, ssize* indent);

// Reports the pending exception through sys.excepthook and clears it, setting sys.last_*. SystemExit is not handled.
void report_pending_exception();
// For SystemExit: the exit status, its message printed to stderr. Clears the exception.
int exit_status_of_system_exit();

}  // namespace minipy
