// The algorithms that OpenSSL offers, under the names that Python gives them.
#pragma once

#include <utility>

#include "runtime/str.h"
#include "stdlib/hashes/evp.h"

namespace minipy::hashes {

// Owns a digest algorithm, or is empty.
class DigestMethod {
 public:
  DigestMethod() = default;
  explicit DigestMethod(EVP_MD* method) : method_(method) {}
  DigestMethod(DigestMethod&& other) noexcept : method_(std::exchange(other.method_, nullptr)) {}
  DigestMethod& operator=(DigestMethod&& other) noexcept {
    std::swap(method_, other.method_);
    return *this;
  }
  ~DigestMethod() {
    if (method_) evp().EVP_MD_free(method_);
  }
  explicit operator bool() const { return method_ != nullptr; }
  const EVP_MD* get() const { return method_; }

 private:
  EVP_MD* method_ = nullptr;
};

// By Python's name or any of OpenSSL's; digests that are not used for security may be such as a policy (FIPS) forbids.
// Empty: ValueError pending.
DigestMethod find_digest(const char* name, bool used_for_security = true);

// What `name` attributes show.
Ref<Str> digest_name(const EVP_MD* digest);

// A frozenset of the names of all algorithms that can be had.
Ref<Object> digest_names();

}  // namespace minipy::hashes
