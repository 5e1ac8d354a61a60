// Fields of C structs as attributes (MemberDef): reading and writing by the field's type.
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/str.h"

namespace minipy {

namespace {

template <class T>
T read(const char* address) {
  T value;
  std::memcpy(&value, address, sizeof value);
  return value;
}
template <class T>
void write(char* address, T value) {
  std::memcpy(address, &value, sizeof value);
}

Ref<Object> signed_number(long long v) { return int_from(v); }
Ref<Object> unsigned_number(unsigned long long v) { return int_from_size(v); }

// Numbers beyond the field's range are cut off with a warning, as CPython does.
template <class T>
Status write_narrow(char* address, Object* value, const char* warning) {
  long v = TRY(int_to_long(value));
  write(address, static_cast<T>(v));
  if (static_cast<long>(static_cast<T>(v)) != v) return warn(RuntimeWarning, 1, "{}", warning);
  return kOk;
}

Status check_int(Object* value) {
  if (is_int(value)) return kOk;
  return raise(TypeError, "an integer is required");
}

// Also negative numbers, which wrap around with a warning.
template <class T>
Status write_unsigned(char* address, Object* value, const char* warning) {
  TRY(check_int(value));
  if (int_sign(cast<Int>(value)) < 0) {
    long long v = TRY(int_to_long_long(value));
    write(address, static_cast<T>(v));
    return warn(RuntimeWarning, 1, "Writing negative value into unsigned field");
  }
  unsigned long long v = TRY(int_to_unsigned_long_long(value));
  write(address, static_cast<T>(v));
  if (static_cast<unsigned long long>(static_cast<T>(v)) != v) return warn(RuntimeWarning, 1, "{}", warning);
  return kOk;
}

Status write_char(char* address, Object* value) {
  if (!is_str(value)) return raise_bad_argument();
  std::string_view utf8 = str_utf8(cast<Str>(value));
  if (!utf8.data()) return Status::failed();
  if (utf8.size() != 1) return raise_bad_argument();
  *address = utf8[0];
  return kOk;
}

Status write_number(char* address, const MemberDef* def, Object* value) {
  switch (def->type) {
    case kMemberBool:
      if (!is_exactly(value, &bool_type)) return raise(TypeError, "attribute value type must be bool");
      *address = value == py_true();
      return kOk;
    case kMemberByte: return write_narrow<signed char>(address, value, "Truncation of value to char");
    case kMemberUByte: return write_narrow<unsigned char>(address, value, "Truncation of value to unsigned char");
    case kMemberShort: return write_narrow<short>(address, value, "Truncation of value to short");
    case kMemberUShort: return write_narrow<unsigned short>(address, value, "Truncation of value to unsigned short");
    case kMemberInt: return write_narrow<int>(address, value, "Truncation of value to int");
    case kMemberUInt: return write_unsigned<unsigned>(address, value, "Truncation of value to unsigned int");
    case kMemberLong: write(address, TRY(int_to_long(value))); return kOk;
    case kMemberULong: return write_unsigned<unsigned long>(address, value, "");
    case kMemberLongLong: write(address, TRY(int_to_long_long(value))); return kOk;
    case kMemberULongLong: return write_unsigned<unsigned long long>(address, value, "");
    case kMemberSsize: write(address, TRY(int_to_ssize(value))); return kOk;
    case kMemberFloat: write(address, static_cast<float>(TRY(float_as_double(value)))); return kOk;
    case kMemberDouble: write(address, TRY(float_as_double(value))); return kOk;
    case kMemberChar: return write_char(address, value);
    case kMemberString:
    case kMemberStringInplace: return raise(TypeError, "readonly attribute");
    default: return raise(SystemError, "bad memberdescr type for {}", def->name);
  }
}

}  // namespace

Ref<Object> member_get(const char* object, const MemberDef* def) {
  const char* address = object + def->offset;
  switch (def->type) {
    case kMemberObjectEx: {
      Object* value = read<Object*>(address);
      if (value) return share(value);
      return raise(AttributeError, "'{:.200}' object has no attribute '{}'",
                   type_name(reinterpret_cast<const Object*>(object)), def->name);
    }
    case kMemberObject: {
      Object* value = read<Object*>(address);
      return share(value ? value : py_none());
    }
    case kMemberBool: return bool_ref(*address != 0);
    case kMemberByte: return signed_number(read<signed char>(address));
    case kMemberUByte: return unsigned_number(read<unsigned char>(address));
    case kMemberShort: return signed_number(read<short>(address));
    case kMemberUShort: return unsigned_number(read<unsigned short>(address));
    case kMemberInt: return signed_number(read<int>(address));
    case kMemberUInt: return unsigned_number(read<unsigned>(address));
    case kMemberLong:
    case kMemberLongLong:
    case kMemberSsize: return signed_number(read<long long>(address));
    case kMemberULong:
    case kMemberULongLong: return unsigned_number(read<unsigned long long>(address));
    case kMemberFloat: return float_from_double(static_cast<double>(read<float>(address)));
    case kMemberDouble: return float_from_double(read<double>(address));
    case kMemberString: {
      const char* text = read<const char*>(address);
      return text ? Ref<Object>(str_from_utf8(text)) : none_ref();
    }
    case kMemberStringInplace: return str_from_utf8(address);
    case kMemberChar: return str_from_utf8(std::string_view(address, 1));
    case kMemberNone: return none_ref();
    default: return raise(SystemError, "bad memberdescr type for {}", def->name);
  }
}

Status member_set(char* object, const MemberDef* def, Object* value) {
  if (def->flags & kMemberReadonly) return raise(AttributeError, "readonly attribute");
  char* address = object + def->offset;
  if (def->type == kMemberObject || def->type == kMemberObjectEx) {
    Object*& field = *reinterpret_cast<Object**>(address);
    if (!value && !field && def->type == kMemberObjectEx) return raise(AttributeError, "{}", def->name);
    replace_field(field, share(value));
    return kOk;
  }
  if (!value) return raise(TypeError, "can't delete numeric/char attribute");
  return write_number(address, def, value);
}

}  // namespace minipy
