#include "vm/handlers_data.h"

#include "compiler/opcode.h"
#include "runtime/error.h"
#include "runtime/names.h"

namespace minipy {

// ---- Unpacking -----------------------------------------------------------------------------------------------------

namespace {

Raised raise_cannot_unpack(Object* iterable) {
  return raise(TypeError, "cannot unpack non-iterable {:.200} object", type_name(iterable));
}

}  // namespace

Status unpack_iterable(Object* iterable, int before, int after, Value* sp_end) {
  Value* out = sp_end;
  auto undo = [&] {
    while (out != sp_end) decref(*out++);
    return Status::failed();
  };
  Ref<Object> iterator = get_iter(iterable);
  if (!iterator) {
    if (error_matches(TypeError) && !type_of(iterable)->iter && !is_sequence(iterable)) {
      return raise_cannot_unpack(iterable);
    }
    return Status::failed();
  }
  for (int i = 0; i < before; i++) {
    Ref<Object> item = iter_next(iterator.get());
    if (!item) {
      if (!error_pending()) {
        if (after < 0) {
          (void)raise(ValueError, "not enough values to unpack (expected {}, got {})", before, i);
        } else {
          (void)raise(ValueError, "not enough values to unpack (expected at least {}, got {})", before + after, i);
        }
      }
      return undo();
    }
    *--out = item.release();
  }
  if (after < 0) {
    Ref<Object> surplus = iter_next(iterator.get());
    if (surplus) {
      (void)raise(ValueError, "too many values to unpack (expected {})", before);
      return undo();
    }
    if (error_pending()) return undo();
    return kOk;
  }
  Ref<List> rest = sequence_list(iterator.get());
  if (!rest) return undo();
  ssize length = list_size(rest.get());
  if (length < after) {
    (void)raise(ValueError, "not enough values to unpack (expected at least {}, got {})", before + after,
                before + length);
    return undo();
  }
  List* list = rest.release();
  *--out = as_object(list);
  // The last ones leave the list.
  for (int i = after; i > 0; i--) *--out = list->items[length - i];
  list->base.size = length - after;
  return kOk;
}

// ---- Building ------------------------------------------------------------------------------------------------------

// A new dict with room for the keys, in a smaller table when all of them are strs. `step` words are between keys.
static Ref<Dict> dict_for_keys(Object* const* keys, unsigned count, unsigned step) {
  bool all_str = true;
  for (unsigned i = 0; i < count && all_str; i++) all_str = is_exactly(keys[i * step], &str_type);
  return dict_new_presized_kind(count, all_str);
}

Ref<Object> build_map(Value* pairs, unsigned count) {
  Ref<Dict> d = TRY(dict_for_keys(pairs, count, 2));
  for (unsigned i = 0; i < count; i++) TRY(dict_set(d.get(), pairs[2 * i], pairs[2 * i + 1]));
  return d;
}

Ref<Object> build_const_key_map(Object* keys, Value* values, unsigned count) {
  if (!is_tuple(keys) || tuple_size(cast<Tuple>(keys)) != static_cast<ssize>(count)) {
    return raise(SystemError, "bad BUILD_CONST_KEY_MAP keys argument");
  }
  Ref<Dict> d = TRY(dict_for_keys(cast<Tuple>(keys)->items, count, 1));
  for (unsigned i = 0; i < count; i++) TRY(dict_set(d.get(), cast<Tuple>(keys)->items[i], values[i]));
  return d;
}

Ref<Object> build_set(Value* items, unsigned count) {
  Ref<Set> s = TRY(set_new(nullptr));
  for (unsigned i = 0; i < count; i++) {
    TRY(set_add(s.get(), items[i]));
    clear_field(items[i]);  // __eq__ of an equal one may see that the set's reference is the only one
  }
  return s;
}

Ref<Object> format_value(Object* value, Object* spec, int conversion) {
  Ref<Object> converted;
  switch (conversion) {
    case kFormatStr: converted = TRY(object_str(value)); break;
    case kFormatRepr: converted = TRY(object_repr(value)); break;
    case kFormatAscii: converted = TRY(object_ascii(value)); break;
  }
  if (converted) value = converted.get();
  if (!spec && is_exactly(value, &str_type)) return share(value);
  if (spec && !is_str(spec)) return raise(SystemError, "Format specifier must be a string, not {}", type_name(spec));
  return object_format(value, spec ? cast<Str>(spec) : nullptr);
}

Status list_extend_from(Object* list, Object* iterable) {
  if (list_extend(cast<List>(list), iterable)) return kOk;
  if (error_matches(TypeError) && !type_of(iterable)->iter && !is_sequence(iterable)) {
    error_clear();
    return raise(TypeError, "Value after * must be an iterable, not {:.200}", type_name(iterable));
  }
  return Status::failed();
}

Status dict_update_from(Object* dict, Object* mapping) {
  if (dict_update(cast<Dict>(dict), mapping)) return kOk;
  if (error_matches(AttributeError)) return raise(TypeError, "'{:.200}' object is not a mapping", type_name(mapping));
  return Status::failed();
}

Status dict_merge_keywords(Object* callable, Object* dict, Object* mapping) {
  if (dict_merge(cast<Dict>(dict), mapping, 2)) return kOk;
  // dict_merge's errors in terms of the call: what is not a mapping, and a keyword given twice.
  if (error_matches(AttributeError)) {
    error_clear();
    Ref<Str> what = TRY(callable_description(callable));
    return raise(TypeError, "{} argument after ** must be a mapping, not {:.200}", what, type_name(mapping));
  }
  if (error_matches(KeyError)) {
    Ref<Object> error = error_take();
    Object* args = cast<BaseExceptionObject>(error.get())->args;
    if (!args || !is_tuple(args) || tuple_size(cast<Tuple>(args)) != 1) {
      error_restore(std::move(error));
      return Status::failed();
    }
    Object* key = cast<Tuple>(args)->items[0];
    Ref<Str> what = TRY(callable_description(callable));
    if (is_str(key)) return raise(TypeError, "{} got multiple values for keyword argument '{}'", what, key);
    return raise(TypeError, "{} keywords must be strings", what);
  }
  return Status::failed();
}

// ---- Functions -----------------------------------------------------------------------------------------------------

Ref<Object> make_function(InterpreterFrame* frame, Object* code, unsigned flags, Value* operands_end) {
  Ref<Function> f = TRY(function_new(cast<Code>(code), frame->globals, nullptr));
  // Takes the operands over.
  if (flags & kFunctionClosure) f->closure = *--operands_end;
  if (flags & kFunctionAnnotations) f->annotations = *--operands_end;
  if (flags & kFunctionKwDefaults) f->kwdefaults = *--operands_end;
  if (flags & kFunctionDefaults) f->defaults = *--operands_end;
  return f;
}

Status print_expression(Object* value) {
  Ref<Object> hook = share(dict_get_str(current_interpreter()->sysdict, NAME("displayhook")));
  if (!hook) return raise(RuntimeError, "lost sys.displayhook");
  TRY(call(hook.get(), value));
  return kOk;
}

Ref<Object> get_yield_from_iter(InterpreterFrame* frame, Object* iterable) {
  if (is_exactly(iterable, &coroutine_type)) {
    if (!(frame->code->flags & (kCoCoroutine | kCoIterableCoroutine))) {
      return raise(TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
    }
    return share(iterable);
  }
  if (is_exactly(iterable, &generator_type)) return share(iterable);
  return get_iter(iterable);
}

}  // namespace minipy
