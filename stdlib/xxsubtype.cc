// Module xxsubtype: types that extend list and dict by a field, which CPython's own tests of classes use.
#include <ctime>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/tuple_arguments.h"

namespace minipy {
namespace {

struct SpamList {
  List list;
  int state;
};
struct SpamDict {
  Dict dict;
  int state;
};

template <class T>
Ref<Object> get_state(T* self) {
  return int_from(self->state);
}
template <class T>
Ref<Object> state_method(T* self, VarArgs args) {
  TRY(check_count("getstate", args, 0, 0));
  return int_from(self->state);
}
template <class T>
Status set_state(T* self, VarArgs args) {
  TRY(check_count("setstate", args, 1, 1));
  self->state = TRY(int_argument(args[0]));
  return kOk;
}

template <class T, Type* kBase>
int initialize(Object* self, Object* args, Object* kwargs) {
  if (kBase->init(self, args, kwargs) < 0) return -1;
  cast<T>(self)->state = 0;
  return 0;
}

// How the call arrived: (self, args, kwargs).
Object* show_call(Object* self, Object* args, Object* kwargs) {
  return as_object(tuple_pack(self ? self : py_none(), args, kwargs ? kwargs : py_none()).release());
}

#define STATE_METHODS(T)                                                                     \
  PLAIN_VARARGS_METHOD(state_method<T>, "getstate(self, *args)", "getstate() -> the state"), \
      PLAIN_VARARGS_METHOD(set_state<T>, "setstate(self, *args)", "setstate(state): sets it")
constinit MethodDef list_methods[] = {
    STATE_METHODS(SpamList),
    {"classmeth", VarArgsKeywordsMethod{show_call}, kMethVarArgs | kMethKeywords | kMethClass,
     "classmeth(*args, **kw) -> (class, args, kw)"},
    {"staticmeth", VarArgsKeywordsMethod{show_call}, kMethVarArgs | kMethKeywords | kMethStatic,
     "staticmeth(*args, **kw) -> (None, args, kw)"},
    {},
};
constinit MethodDef dict_methods[] = {STATE_METHODS(SpamDict), {}};
#undef STATE_METHODS

constinit GetSetDef list_getset[] = {{"state", getter<get_state<SpamList>>, nullptr, "the number kept", nullptr}, {}};
constinit MemberDef dict_members[] = {
    {"state", kMemberInt, offsetof(SpamDict, state), kMemberReadonly, "the number kept"},
    {},
};

constinit Type spam_list_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "xxsubtype.spamlist",
    .basicsize = sizeof(SpamList),
    .flags = kTypeDefault | kTypeBaseType,
    .methods = list_methods,
    .getset = list_getset,
    .base_type = &list_type,
    .init = initialize<SpamList, &list_type>,
};
constinit Type spam_dict_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "xxsubtype.spamdict",
    .basicsize = sizeof(SpamDict),
    .flags = kTypeDefault | kTypeBaseType,
    .methods = dict_methods,
    .members = dict_members,
    .base_type = &dict_type,
    .init = initialize<SpamDict, &dict_type>,
};

// Seconds of processor time that getting an attribute n times takes.
Ref<Object> bench(Object*, VarArgs args) {
  TRY(check_count(nullptr, args, 2, 3));
  if (!is_str(args[1])) {
    return raise(TypeError, "argument 2 must be str, not {}", is_none(args[1]) ? "None" : type_name(args[1]));
  }
  int n = args.size > 2 ? TRY(int_argument(args[2])) : 1000;
  clock_t start = clock();
  while (n-- > 0) TRY(object_get_attr(args[0], cast<Str>(args[1])));
  return float_from_double(static_cast<double>(clock() - start) / CLOCKS_PER_SEC);
}

constinit MethodDef functions[] = {PLAIN_VARARGS_METHOD(bench, "bench(module, *args)", nullptr), {}};

Status exec(Module* m) {
  TRY(module_add_type(m, &spam_list_type));
  return module_add_type(m, &spam_dict_type);
}

}  // namespace

constinit NativeModule xxsubtype_module = {"xxsubtype", functions, exec,
                                           "Types that extend built-in ones, to show and test how that is done."};

}  // namespace minipy
