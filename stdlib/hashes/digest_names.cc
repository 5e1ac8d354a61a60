#include "stdlib/hashes/digest_names.h"

#include <iterator>
#include <string_view>

#include "runtime/containers.h"
#include "runtime/error.h"

namespace minipy::hashes {
namespace {

struct Entry {
  const char* name;
  const char* alias;  // may be null
  const char* openssl_name;
  int nid;
};
constexpr Entry kEntries[] = {
    {"md5", "MD5", SN_md5, NID_md5},
    {"sha1", "SHA1", SN_sha1, NID_sha1},
    {"sha224", "SHA224", SN_sha224, NID_sha224},
    {"sha256", "SHA256", SN_sha256, NID_sha256},
    {"sha384", "SHA384", SN_sha384, NID_sha384},
    {"sha512", "SHA512", SN_sha512, NID_sha512},
    {"sha512_224", "SHA512_224", SN_sha512_224, NID_sha512_224},
    {"sha512_256", "SHA512_256", SN_sha512_256, NID_sha512_256},
    {"sha3_224", nullptr, SN_sha3_224, NID_sha3_224},
    {"sha3_256", nullptr, SN_sha3_256, NID_sha3_256},
    {"sha3_384", nullptr, SN_sha3_384, NID_sha3_384},
    {"sha3_512", nullptr, SN_sha3_512, NID_sha3_512},
    {"shake_128", nullptr, SN_shake128, NID_shake128},
    {"shake_256", nullptr, SN_shake256, NID_shake256},
    {"blake2s", "blake2s256", SN_blake2s256, NID_blake2s256},
    {"blake2b", "blake2b512", SN_blake2b512, NID_blake2b512},
};

// Algorithms of the table once they have been looked up, by entry and whether they are used for security. Looking up
// goes through all providers, so it is done once.
EVP_MD* g_found[std::size(kEntries)][2];

const Entry* entry_named(std::string_view name) {
  for (const Entry& e : kEntries) {
    if (name == e.name || (e.alias && name == e.alias)) return &e;
  }
  return nullptr;
}

EVP_MD* fetch(const char* openssl_name, bool used_for_security) {
  return evp().EVP_MD_fetch(nullptr, openssl_name, used_for_security ? nullptr : "-fips");
}

EVP_MD* find_entry(const Entry* entry, bool used_for_security) {
  EVP_MD*& found = g_found[entry - kEntries][used_for_security];
  if (!found) found = fetch(entry->openssl_name, used_for_security);
  if (found) evp().EVP_MD_up_ref(found);
  return found;
}

// The set is built by a callback of the library's.
struct NameCollector {
  Set* names;
  bool failed = false;

  Status add(const EVP_MD* digest) {
    Ref<Str> name = TRY(digest_name(digest));
    return set_add(names, as_object(name.get()));
  }
};
void collect(EVP_MD* digest, void* collector) {
  NameCollector* c = static_cast<NameCollector*>(collector);
  // Some have no number, and so no name: they are parts of other algorithms.
  if (c->failed || !digest || evp().EVP_MD_get_type(digest) == NID_undef) return;
  c->failed = !c->add(digest);
}

}  // namespace

DigestMethod find_digest(const char* name, bool used_for_security) {
  const Entry* entry = entry_named(name);
  DigestMethod found(entry ? find_entry(entry, used_for_security) : fetch(name, used_for_security));
  if (!found) (void)raise_openssl(ValueError);
  return found;
}

Ref<Str> digest_name(const EVP_MD* digest) {
  const int nid = evp().EVP_MD_get_type(digest);
  for (const Entry& e : kEntries) {
    if (e.nid == nid) return str_from_ascii(e.name);
  }
  const char* name = evp().OBJ_nid2ln(nid);
  if (!name) name = evp().OBJ_nid2sn(nid);
  return str_from_utf8(name ? name : "");
}

Ref<Object> digest_names() {
  Ref<Set> names = TRY(frozenset_new(nullptr));
  NameCollector collector{names.get()};
  evp().EVP_MD_do_all_provided(nullptr, collect, &collector);
  if (collector.failed) return nullptr;
  return names;
}

}  // namespace minipy::hashes
