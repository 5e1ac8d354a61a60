#include "runtime/resource_warning.h"

namespace minipy {

Status (*g_warn_unclosed_hook)(Object* source, Str* message) = nullptr;

Status warn_unclosed_args(Object* source, std::string_view format, const FormatArg* args, size_t count) {
  if (!g_warn_unclosed_hook) return kOk;
  Ref<Str> message = format_message_args(format, args, count);
  if (!message) return Status::failed();
  return g_warn_unclosed_hook(source, message.get());
}

}  // namespace minipy
