#include "runtime/start_flags.h"

#include "runtime/audit.h"

namespace minipy {

constinit StartFlags g_start_flags;
Status (*g_audit_hook)(const char* event, Object* const* args, ssize count) = nullptr;

}  // namespace minipy
