#include "stdlib/posix/c_strings.h"

#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/str.h"

namespace minipy::posix {

Status CStrings::add(Object* p) {
  Ref<Object> b = TRY(str_encode_fs(p));
  text_.push_back(std::string(bytes_view(cast<Bytes>(b.get()))));
  return kOk;
}

Status CStrings::add_all(Object* sequence) {
  Ref<Object> fast = TRY(sequence_fast(sequence, "expected a sequence"));
  for (ssize i = 0; i < sequence_fast_size(fast.get()); i++) TRY(add(sequence_fast_items(fast.get())[i]));
  return kOk;
}

Status CStrings::add_environment(Object* mapping) {
  Ref<Object> keys = TRY(mapping_keys(mapping));
  Ref<Object> iterator = TRY(get_iter(keys.get()));
  while (Ref<Object> key = iter_next(iterator.get())) {
    Ref<Object> value = TRY(object_get_item(mapping, key.get()));
    Ref<Object> k = TRY(str_encode_fs(key.get()))
    , v = TRY(str_encode_fs(value.get()));
    std::string name(bytes_view(cast<Bytes>(k.get())));
    if (name.empty() || name.find('=', 1) != std::string::npos) {
      return raise(ValueError, "illegal environment variable name");
    }
    text_.push_back(name + "=" + std::string(bytes_view(cast<Bytes>(v.get()))));
  }
  return error_pending() ? Status::failed() : kOk;
}

char** CStrings::array() {
  pointers_.clear();
  for (std::string& s : text_) pointers_.push_back(s.data());
  pointers_.push_back(nullptr);
  return pointers_.data();
}

}  // namespace minipy::posix
