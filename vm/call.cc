// Binding of arguments to parameters (language reference 6.3.4 "Calls", 8.7 "Function definitions") and the entry that
// native code calls Python functions through.
#include "vm/call.h"

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "vm/vm.h"

namespace minipy {

namespace {

// ---- Error messages ------------------------------------------------------------------------------------------------

// 'a', 'a' and 'b', or 'a', 'b', and 'c'.
Ref<Str> join_names(List* names) {
  StrBuilder text;
  ssize n = list_size(names);
  for (ssize i = 0; i < n; i++) {
    if (i > 0 && n == 2) TRY(text.append_ascii(" and "));
    if (i > 0 && n > 2) TRY(text.append_ascii(i == n - 1 ? ", and " : ", "));
    TRY(text.append_repr_of(names->items[i]));
  }
  return text.finish();
}

Raised raise_missing(Function* f, const char* kind, List* names) {
  Ref<Str> text = join_names(names);
  if (!text) return kRaised;
  ssize n = list_size(names);
  return raise(TypeError, "{}() missing {} required {} argument{}: {}", f->qualname, n, kind, n == 1 ? "" : "s", text);
}

// Of parameters [start, end) without a value.
Raised raise_missing_in(Function* f, const char* kind, Value* locals, int start, int end) {
  Ref<List> names = list_new();
  if (!names) return kRaised;
  for (int i = start; i < end; i++) {
    if (locals[i]) continue;
    if (!list_append(names.get(), f->code->localsplusnames->items[i])) return kRaised;
  }
  return raise_missing(f, kind, names.get());
}

Raised raise_too_many(Function* f, ssize given, Value* locals) {
  Code* code = f->code;
  ssize keyword_only_given = 0;
  for (int i = code->argcount; i < code->argcount + code->kwonlyargcount; i++)
    keyword_only_given += locals[i] != nullptr;
  ssize defaults = f->defaults ? tuple_size(cast<Tuple>(f->defaults)) : 0;
  Ref<Str> takes = defaults ? format_message("from {} to {}", code->argcount - defaults, code->argcount)
                            : format_message("{}", code->argcount);
  Ref<Str> also = str_empty();
  if (keyword_only_given) {
    also = format_message(" positional argument{} (and {} keyword-only argument{})", given != 1 ? "s" : "",
                          keyword_only_given, keyword_only_given != 1 ? "s" : "");
  }
  if (!takes || !also) return kRaised;
  bool plural = defaults || code->argcount != 1;
  return raise(TypeError, "{}() takes {} positional argument{} but {}{} {} given", f->qualname, takes,
               plural ? "s" : "", given, also, given == 1 && !keyword_only_given ? "was" : "were");
}

// Whether keywords name positional-only parameters; raises when so.
bool raise_positional_only(Function* f, Object* kwnames) {
  Code* code = f->code;
  StrBuilder text;
  bool any = false;
  for (int k = 0; k < code->posonlyargcount; k++) {
    Object* parameter = code->localsplusnames->items[k];
    Tuple* names = cast<Tuple>(kwnames);
    for (ssize i = 0; i < tuple_size(names); i++) {
      Maybe<bool> same = object_compare_bool(parameter, names->items[i], kEq);
      if (!same) return true;
      if (!*same) continue;
      if (any && !text.append_ascii(", ")) return true;
      if (!text.append_str_of(names->items[i])) return true;
      any = true;
    }
  }
  if (!any) return false;
  if (Ref<Str> joined = text.finish()) {
    (void)raise(TypeError, "{}() got some positional-only arguments passed as keyword arguments: '{}'", f->qualname,
                joined);
  }
  return true;
}

// ---- Binding -------------------------------------------------------------------------------------------------------

// Index of the parameter that a keyword names, among [posonly, total); -1 none, -2 error.
int find_parameter(Code* code, Object* keyword, int total) {
  Object** names = code->localsplusnames->items;
  for (int i = code->posonlyargcount; i < total; i++) {
    if (names[i] == keyword) return i;
  }
  for (int i = code->posonlyargcount; i < total; i++) {
    Maybe<bool> same = object_compare_bool(keyword, names[i], kEq);
    if (!same) return -2;
    if (*same) return i;
  }
  return -1;
}

// Values follow in `values`; those taken over are set null.
Status bind_keywords(Function* f, Value* locals, int total, Dict* extra, Value* values, Object* kwnames) {
  Tuple* names = cast<Tuple>(kwnames);
  for (ssize i = 0; i < tuple_size(names); i++) {
    Object* keyword = names->items[i];
    if (!is_str(keyword)) return raise(TypeError, "{}() keywords must be strings", f->qualname);
    int index = find_parameter(f->code, keyword, total);
    if (index == -2) return Status::failed();
    if (index == -1) {
      if (!extra) {
        if (f->code->posonlyargcount && raise_positional_only(f, kwnames)) return Status::failed();
        return raise(TypeError, "{}() got an unexpected keyword argument '{}'", f->qualname, keyword);
      }
      TRY(dict_set(extra, keyword, values[i]));
      decref(std::exchange(values[i], nullptr));
      continue;
    }
    if (locals[index]) return raise(TypeError, "{}() got multiple values for argument '{}'", f->qualname, keyword);
    locals[index] = std::exchange(values[i], nullptr);
  }
  return kOk;
}

Status fill_positional_defaults(Function* f, Value* locals, ssize given) {
  Code* code = f->code;
  Tuple* defaults = cast<Tuple>(f->defaults);
  int default_count = defaults ? static_cast<int>(tuple_size(defaults)) : 0;
  int required = code->argcount - default_count;
  for (int i = static_cast<int>(given); i < required; i++) {
    if (!locals[i]) return raise_missing_in(f, "positional", locals, static_cast<int>(given), required);
  }
  if (!defaults) return kOk;
  for (int i = given > required ? static_cast<int>(given) - required : 0; i < default_count; i++) {
    if (required + i >= 0 && !locals[required + i]) locals[required + i] = share(defaults->items[i]).release();
  }
  return kOk;
}

Status fill_keyword_defaults(Function* f, Value* locals, int total) {
  Code* code = f->code;
  bool missing = false;
  for (int i = code->argcount; i < total; i++) {
    if (locals[i]) continue;
    if (f->kwdefaults) {
      Ref<Object> value;
      TRY(dict_get_ref(cast<Dict>(f->kwdefaults), code->localsplusnames->items[i], value));
      if (value) {
        locals[i] = value.release();
        continue;
      }
    }
    missing = true;
  }
  if (missing) return raise_missing_in(f, "keyword-only", locals, code->argcount, total);
  return kOk;
}

// Arguments taken over are set null in `args`.
Status bind_arguments(Function* f, Value* locals, Value* args, ssize nargs, Object* kwnames) {
  Code* code = f->code;
  int total = code->argcount + code->kwonlyargcount;
  Dict* extra = nullptr;
  if (code->flags & kCoVarKeywords) {
    Ref<Dict> made = TRY(dict_new());
    extra = made.release();
    locals[total + ((code->flags & kCoVarArgs) ? 1 : 0)] = as_object(extra);
  }
  ssize positional = nargs < code->argcount ? nargs : code->argcount;
  for (ssize i = 0; i < positional; i++) locals[i] = std::exchange(args[i], nullptr);
  if (code->flags & kCoVarArgs) {
    Ref<Tuple> rest = tuple_from_array_steal(args + positional, nargs - positional);
    for (ssize i = positional; i < nargs; i++) args[i] = nullptr;
    if (!rest) return Status::failed();
    locals[total] = as_object(rest.release());
  }
  if (kwnames) TRY(bind_keywords(f, locals, total, extra, args + nargs, kwnames));
  if (nargs > code->argcount && !(code->flags & kCoVarArgs)) return raise_too_many(f, nargs, locals);
  if (nargs < code->argcount) TRY(fill_positional_defaults(f, locals, nargs));
  if (code->kwonlyargcount) TRY(fill_keyword_defaults(f, locals, total));
  return kOk;
}

}  // namespace

InterpreterFrame* push_call_frame(ThreadState* t, Function* func, Object* locals, Value* args, ssize nargs,
                                  Object* kwnames) {
  ssize all = nargs + (kwnames ? tuple_size(cast<Tuple>(kwnames)) : 0);
  Code* code = func->code;
  CodeRuntime* r = code_runtime(code);
  InterpreterFrame* f = r ? frame_stack_push(t, static_cast<size_t>(r->frame_words) + kSpareWords) : nullptr;
  if (!f) {
    for (ssize i = 0; i < all; i++) decref(args[i]);
    decref(func);
    xdecref(locals);
    return nullptr;
  }
  if (!kwnames && takes_exactly(func, r, nargs)) {
    for (ssize i = 0; i < nargs; i++) f->localsplus[i] = args[i];
    frame_init(f, func, locals, code, static_cast<int>(nargs));
    return f;
  }
  frame_init(f, func, locals, code, 0);
  Status bound = bind_arguments(func, f->localsplus, args, nargs, kwnames);
  if (!bound) {
    for (ssize i = 0; i < all; i++) xdecref(args[i]);
    frame_pop(t, f);
    return nullptr;
  }
  return f;
}

InterpreterFrame* push_call_frame_spread(ThreadState* t, Function* func, Tuple* args, Dict* kwargs) {
  ssize nargs = tuple_size(args), nkw = kwargs ? dict_size(kwargs) : 0, total = nargs + nkw;
  constexpr ssize kSmall = 24;
  Value small[kSmall];
  Value* values = small;
  Ref<Tuple> names;
  if (total > kSmall) values = static_cast<Value*>(memory::mem_alloc(static_cast<size_t>(total) * sizeof(Value)));
  if (!values || (nkw && !(names = tuple_new(nkw)))) {
    if (values && values != small) memory::mem_free(values);
    if (!error_pending()) raise_no_memory();
    decref(func);
    return nullptr;
  }
  for (ssize i = 0; i < nargs; i++) values[i] = share(args->items[i]).release();
  ssize position = 0;
  Object *key, *value;
  bool strings = true;
  for (ssize i = 0; i < nkw && dict_next(kwargs, &position, &key, &value); i++) {
    strings &= is_str(key);
    names->items[i] = share(key).release();
    values[nargs + i] = share(value).release();
  }
  if (!strings) {
    for (ssize i = 0; i < total; i++) decref(values[i]);
    if (values != small) memory::mem_free(values);
    decref(func);
    return raise(TypeError, "keywords must be strings");
  }
  Object* locals = func->code->flags & kCoOptimized ? nullptr : share(as_object(func->globals)).release();
  InterpreterFrame* f = push_call_frame(t, func, locals, values, nargs, nkw ? as_object(names.get()) : nullptr);
  if (values != small) memory::mem_free(values);
  return f;
}

Object* function_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  ThreadState* t = current_thread();
  Function* func = cast<Function>(callable);
  ssize nargs = vectorcall_nargs(nargsf);
  ssize all = nargs + (kwnames ? tuple_size(cast<Tuple>(kwnames)) : 0);
  incref(func);
  InterpreterFrame* f;
  CodeRuntime* r = code_runtime(func->code);
  if (r && !kwnames && takes_exactly(func, r, nargs) && (func->code->flags & kCoOptimized)) [[likely]] {
    f = push_exact_frame(t, func, r, args, static_cast<int>(nargs));
    if (f) {
      for (ssize i = 0; i < nargs; i++) incref(args[i]);
    } else {
      decref(func);
    }
  } else {
    // Binding takes the arguments over and nulls them: not in the caller's array.
    constexpr ssize kSmall = 24;
    Value small[kSmall];
    Value* values = small;
    if (all > kSmall) values = static_cast<Value*>(memory::mem_alloc(static_cast<size_t>(all) * sizeof(Value)));
    if (!values) {
      decref(func);
      raise_no_memory();
      return nullptr;
    }
    for (ssize i = 0; i < all; i++) values[i] = share(args[i]).release();
    Object* locals = func->code->flags & kCoOptimized ? nullptr : share(as_object(func->globals)).release();
    f = push_call_frame(t, func, locals, values, nargs, kwnames);
    if (values != small) memory::mem_free(values);
  }
  if (!f) return nullptr;
  return vm_eval_frame(t, f, false);
}

Ref<Object> vm_call_function(Function* function, Object* const* args, ssize nargs, Object* kwnames) {
  return Ref<Object>::steal(function_vectorcall(as_object(function), args, static_cast<size_t>(nargs), kwnames));
}

}  // namespace minipy
