// The module _sre: the engine behind the library's package re.
#include "runtime/error.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "stdlib/_sre/objects.h"

namespace minipy {

using namespace sre;

namespace {

Ref<Object> sre_compile(Module*, Object* pattern, int flags, List* code, ssize groups, Dict* groupindex,
                        Tuple* indexgroup) {
  return pattern_compile(pattern, flags, code, groups, groupindex, indexgroup);
}
Ref<Object> sre_getcodesize(Module*) { return int_from_ssize(sizeof(sre::Code)); }

Ref<Object> ascii_iscased(Module*, int c) {
  char32_t u = static_cast<char32_t>(c);
  return bool_ref(u < 128 && ((u | 32) >= 'a' && (u | 32) <= 'z'));
}
Ref<Object> unicode_iscased(Module*, int c) {
  char32_t u = static_cast<char32_t>(c);
  return bool_ref(unicode_lower(u) != u || unicode_upper(u) != u);
}
Ref<Object> ascii_tolower(Module*, int c) {
  return int_from_ssize(static_cast<int>(ascii_lower(static_cast<char32_t>(c))));
}
Ref<Object> unicode_tolower(Module*, int c) {
  return int_from_ssize(static_cast<int>(unicode_lower(static_cast<char32_t>(c))));
}

constinit MethodDef sre_functions[] = {
    FUNCTION(sre_compile, "compile(module, /, pattern, flags, code, groups, groupindex, indexgroup)", ""),
    FUNCTION(sre_getcodesize, "getcodesize(module, /)", ""),
    FUNCTION(ascii_iscased, "ascii_iscased(module, character, /)", ""),
    FUNCTION(unicode_iscased, "unicode_iscased(module, character, /)", ""),
    FUNCTION(ascii_tolower, "ascii_tolower(module, character, /)", ""),
    FUNCTION(unicode_tolower, "unicode_tolower(module, character, /)", ""),
    {},
};

Status sre_exec(Module* m) {
  TRY(heap_type_ready(&pattern_type));
  TRY(heap_type_ready(&match_type));
  TRY(heap_type_ready(&scanner_type));
  TRY(module_add_int(m, "MAGIC", kMagic));
  TRY(module_add_int(m, "CODESIZE", sizeof(sre::Code)));
  TRY(module_add_int(m, "MAXREPEAT", kMaxRepeat));
  TRY(module_add_int(m, "MAXGROUPS", kMaxGroups));
  return module_add_str(m, "copyright", " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ");
}

}  // namespace

constinit NativeModule _sre_module = {"_sre", sre_functions, sre_exec, nullptr};

}  // namespace minipy
