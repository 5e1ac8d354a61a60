// Module marshal: the serialisation of .pyc files, over compiler/marshal.
#include "compiler/marshal.h"

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"

namespace minipy {
namespace {

Ref<Object> dumps(Object*, Object* value, int version) { return marshal_dumps(value, version); }

Ref<Object> loads(Object*, Object* bytes) {
  HeldBuffer buffer;
  TRY(buffer.get(bytes));
  return marshal_loads(buffer.data(), buffer.size());
}

Ref<Object> dump(Object*, Object* value, Object* file, int version) {
  Ref<Object> bytes = TRY(marshal_dumps(value, version));
  return call_method(file, NAME("write"), bytes.get());
}

Ref<Object> load(Object*, Object* file) {
  // Text files are told early.
  Ref<Object> probe = TRY(call_method(file, NAME("read"), int_from(0).get()));
  if (!is_bytes(probe.get())) {
    return raise(TypeError, "file.read() returned not bytes but {:.100}", type_name(probe.get()));
  }
  return marshal_load(file);
}

constinit MethodDef functions[] = {
    FUNCTION(dump, "dump(module, value, file, version=4, /)", "Write the value on the open file."),
    FUNCTION(load, "load(module, file, /)", "Read one value from the open file and return it."),
    FUNCTION(dumps, "dumps(module, value, version=4, /)", "Return the bytes that would be written by dump()."),
    FUNCTION(loads, "loads(module, bytes, /)", "Convert the bytes-like object to a value."),
    {},
};

Status exec(Module* m) { return module_add_int(m, "version", kMarshalVersion); }

}  // namespace

constinit NativeModule marshal_module = {"marshal", functions, exec,
                                         "Functions that read and write Python values in a binary format."};

}  // namespace minipy
