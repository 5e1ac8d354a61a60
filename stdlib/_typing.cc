// Module _typing: what typing.NewType is made faster with.
#include "runtime/bind.h"
#include "runtime/module.h"

namespace minipy {
namespace {

Ref<Object> idfunc(Object*, Object* x) { return share(x); }

constinit MethodDef functions[] = {FUNCTION(idfunc, "_idfunc(module, x, /)", "The argument."), {}};

}  // namespace

constinit NativeModule _typing_module = {"_typing", functions, nullptr, "Helpers of module typing."};

}  // namespace minipy
