#include "stdlib/hashes/evp.h"

#include <dlfcn.h>

#include "runtime/error.h"

namespace minipy::hashes {
namespace {

Evp g_evp;
bool g_loaded;

template <class Function>
bool find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library) {
#define FIND(name) &&find(library, #name, g_evp.name)
  return library MINIPY_EVP_FUNCTIONS(FIND);
#undef FIND
}

}  // namespace

Status evp_load() {
  if (!g_loaded) g_loaded = find_all(libcrypto_handle());
  return g_loaded ? kOk : static_cast<Status>(raise_no_libcrypto());
}

const Evp& evp() { return g_evp; }

Raised raise_openssl(Type* type, const char* otherwise) {
  const unsigned long code = g_evp.ERR_peek_last_error();
  if (!code) return raise(type, "{}", otherwise);
  g_evp.ERR_clear_error();
  const char* library = g_evp.ERR_lib_error_string(code);
  const char* reason = g_evp.ERR_reason_error_string(code);
  if (!reason) reason = otherwise;
  return library ? raise(type, "[{}] {}", library, reason) : raise(type, "{}", reason);
}

}  // namespace minipy::hashes
