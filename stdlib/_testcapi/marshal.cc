// marshal from and to files.
#include "compiler/marshal.h"

#include <cerrno>
#include <cstdio>
#include <string>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "stdlib/_testcapi/testcapi.h"

namespace minipy::testcapi {
namespace {

Status read_file(Object* path, std::string& data) {
  auto name = TRY(str_encode_fs(path));
  FILE* file = std::fopen(cast<Bytes>(name.get())->data, "rb");
  if (!file) return raise_os_error(errno, path);
  char block[4096];
  while (size_t n = std::fread(block, 1, sizeof block, file)) data.append(block, n);
  std::fclose(file);
  return kOk;
}

Status write_file(Object* path, std::string_view data) {
  auto name = TRY(str_encode_fs(path));
  FILE* file = std::fopen(cast<Bytes>(name.get())->data, "wb");
  if (!file) return raise_os_error(errno, path);
  std::fwrite(data.data(), 1, data.size(), file);
  std::fclose(file);
  return kOk;
}

Ref<Object> with_position(Ref<Object> value, ssize position) {
  auto number = TRY(int_from_ssize(position));
  return tuple_pack(value.get(), as_object(number.get()));
}

// A little-endian integer at the file's beginning.
template <class T>
Ref<Object> read_integer(Object*, Object* path) {
  std::string data;
  TRY(read_file(path, data));
  if (data.size() < sizeof(T)) return raise(EOFError, "EOF read where data expected");
  T value = 0;
  for (size_t i = sizeof(T); i-- > 0;) value = static_cast<T>(value << 8 | static_cast<unsigned char>(data[i]));
  return with_position(Ref<Object>(TRY(int_from_ssize(value))), sizeof(T));
}

Ref<Object> pymarshal_read_object_from_file(Object*, Object* path) {
  std::string data;
  TRY(read_file(path, data));
  ssize consumed = 0;
  auto value = TRY(marshal_loads(data.data(), static_cast<ssize>(data.size()), &consumed));
  return with_position(std::move(value), consumed);
}

// What follows the object is read, too.
Ref<Object> pymarshal_read_last_object_from_file(Object*, Object* path) {
  std::string data;
  TRY(read_file(path, data));
  auto size = static_cast<ssize>(data.size());
  return with_position(TRY(marshal_loads(data.data(), size)), size);
}

Status pymarshal_write_object_to_file(Object*, Object* value, Object* path, int version) {
  auto data = TRY(marshal_dumps(value, version));
  return write_file(path, bytes_view(cast<Bytes>(data.get())));
}

Status pymarshal_write_long_to_file(Object*, ssize value, Object* path, int) {
  char data[4];
  for (char& c : data) {
    c = static_cast<char>(value);
    value >>= 8;
  }
  return write_file(path, {data, sizeof data});
}

}  // namespace

constinit MethodDef marshal_functions[] = {
    FUNCTION(read_integer<short>, "pymarshal_read_short_from_file(module, path, /)", "(16-bit integer, position)."),
    FUNCTION(read_integer<int>, "pymarshal_read_long_from_file(module, path, /)", "(32-bit integer, position)."),
    FUNCTION(pymarshal_read_object_from_file, "pymarshal_read_object_from_file(module, path, /)",
             "(object, position after it)."),
    FUNCTION(pymarshal_read_last_object_from_file, "pymarshal_read_last_object_from_file(module, path, /)",
             "(object, size of the file)."),
    FUNCTION(pymarshal_write_object_to_file, "pymarshal_write_object_to_file(module, value, path, version, /)",
             "Write an object."),
    FUNCTION(pymarshal_write_long_to_file, "pymarshal_write_long_to_file(module, value, path, version, /)",
             "Write a 32-bit integer."),
    {},
};

}  // namespace minipy::testcapi
