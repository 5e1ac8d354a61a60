#include "stdlib/hashes/libcrypto.h"

#include <dlfcn.h>

#include "runtime/error.h"

namespace minipy::hashes {
namespace {

class Loader {
 public:
  Loader() : library_(libcrypto_handle()) {
    Libcrypto& l = functions_;
    loaded_ = library_ && find("MD5_Init", l.md5_init) && find("MD5_Update", l.md5.update) &&
              find("MD5_Final", l.md5.final) && find("SHA1_Init", l.sha1_init) && find("SHA1_Update", l.sha1.update) &&
              find("SHA1_Final", l.sha1.final) && find("SHA224_Init", l.sha224_init) &&
              find("SHA256_Init", l.sha256_init) && find("SHA256_Update", l.sha256.update) &&
              find("SHA256_Final", l.sha256.final) && find("SHA384_Init", l.sha384_init) &&
              find("SHA512_Init", l.sha512_init) && find("SHA512_Update", l.sha512.update) &&
              find("SHA512_Final", l.sha512.final);
  }
  const Libcrypto* functions() const { return loaded_ ? &functions_ : nullptr; }

 private:
  template <class Function>
  bool find(const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(dlsym(library_, name));
    return function != nullptr;
  }

  void* library_;
  Libcrypto functions_{};
  bool loaded_ = false;
};

}  // namespace

const Libcrypto* libcrypto() {
  static const Loader loader;
  if (const Libcrypto* found = loader.functions()) return found;
  return raise_no_libcrypto();
}

void* libcrypto_handle() {
  static void* const library = dlopen("libcrypto.so.3", RTLD_LAZY | RTLD_LOCAL);
  return library;
}

Raised raise_no_libcrypto() {
  return raise(ImportError, "hashes need OpenSSL's libcrypto.so.3, which cannot be loaded (Debian package: libssl3)");
}

}  // namespace minipy::hashes
