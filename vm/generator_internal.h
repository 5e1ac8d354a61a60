// Shared by generator.cc, coroutine.cc and async_generator.cc: slots and attributes that the three types have in
// common.
#pragma once

#include "runtime/bind.h"
#include "vm/generator.h"

namespace minipy {

int generator_traverse(Object* self, VisitProc visit, void* arg);
void generator_dealloc(Object* self);
Ref<Str> generator_repr(Generator* g);
SendResult generator_am_send(Object* self, Object* value, Object** result);
// throw() where `close_on_exit` says whether GeneratorExit closes what is delegated to.
Ref<Object> generator_throw_closing(Generator* g, bool close_on_exit, Object* type, Object* value, Object* traceback);
Ref<Object> generator_throw_method(Generator* g, VarArgs args);
Ref<Object> generator_send_method(Generator* g, Object* value);
Ref<Object> generator_close_method(Generator* g);
Ref<Object> generator_sizeof(Generator* g);
Ref<Object> generator_get_name(Generator* g);
Status generator_set_name(Generator* g, Object* value);
Ref<Object> generator_get_qualname(Generator* g);
Status generator_set_qualname(Generator* g, Object* value);
Ref<Object> generator_get_yield_from(Generator* g);
Ref<Object> generator_get_running(Generator* g);
Ref<Object> generator_get_suspended(Generator* g);
Ref<Object> generator_get_frame(Generator* g);
Ref<Object> generator_get_code(Generator* g);
Ref<Object> iterator_itself(Object* self);
// ((file, line, function), ...) of the calls that made a coroutine.
Ref<Object> coroutine_origin(InterpreterFrame* frame, int depth);

}  // namespace minipy
