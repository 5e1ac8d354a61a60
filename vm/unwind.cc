#include "vm/unwind.h"

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/exception_group.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

void traceback_here(InterpreterFrame* frame) {
  FrameObject* fo = frame_get_object(frame);
  if (!fo) return;
  ThreadState* t = current_thread();
  // The line is computed when somebody asks, unless a trace function has set it.
  Traceback* tb;
  {
    PreserveError aside;  // with an exception pending there would be no collection
    tb = object_new_gc<Traceback>(&traceback_type);
  }
  if (!tb) return;
  tb->next = reinterpret_cast<Traceback*>(std::exchange(t->curexc_traceback, nullptr));
  incref(fo);
  tb->frame = fo;
  tb->lasti = frame_lasti(frame) * 2;
  tb->lineno = fo->lineno ? fo->lineno : -1;
  gc_track(tb);
  t->curexc_traceback = as_object(tb);
}

// ---- raise ---------------------------------------------------------------------------------------------------------

namespace {

// An instance of what was given: a class is called, an instance is taken as it is. TypeError with `message` otherwise.
Ref<Object> exception_instance(Object* given, const char* message) {
  if (is_exception_class(given)) {
    Ref<Object> made = call(given);
    if (made && !is_exception_instance(made.get())) {
      return raise(TypeError, "calling {} should have returned an instance of BaseException, not {}", repr_of(given),
                   repr_of(type_of(made.get())));
    }
    return made;
  }
  if (is_exception_instance(given)) return share(given);
  return raise(TypeError, "{}", message);
}

}  // namespace

bool raise_statement(Object* exception_in, Object* cause_in) {
  Ref<Object> exception = Ref<Object>::steal(exception_in), cause = Ref<Object>::steal(cause_in);
  if (!exception) {
    Object* handled = nullptr;
    for (HandledException* h = current_thread()->exc_info; h; h = h->previous) {
      if (h->value && !is_none(h->value)) {
        handled = h->value;
        break;
      }
    }
    if (!handled) {
      (void)raise(RuntimeError, "No active exception to reraise");
      return false;
    }
    error_restore(share(handled));
    return true;
  }
  Ref<Object> instance = exception_instance(exception.get(), "exceptions must derive from BaseException");
  if (!instance) return false;
  if (cause) {
    if (is_none(cause.get())) {
      exception_set_cause(instance.get(), nullptr);
    } else {
      Ref<Object> fixed = exception_instance(cause.get(), "exception causes must derive from BaseException");
      if (!fixed) return false;
      exception_set_cause(instance.get(), std::move(fixed));
    }
  }
  (void)raise_object(type_of(instance.get()), instance.get());
  return false;
}

// ---- except --------------------------------------------------------------------------------------------------------

namespace {

constexpr const char* kCannotCatch = "catching classes that do not inherit from BaseException is not allowed";
constexpr const char* kCannotCatchGroup = "catching ExceptionGroup with except* is not allowed. Use except instead.";

Status check_not_group(Object* wanted) {
  int is_group = 0;
  Maybe<bool> sub = object_is_subclass(wanted, as_object(BaseExceptionGroup));
  if (!sub) return Status::failed();
  is_group = *sub;
  if (is_group) return raise(TypeError, "{}", kCannotCatchGroup);
  return kOk;
}

}  // namespace

Status check_except_type(Object* wanted) {
  if (is_tuple(wanted)) {
    Tuple* t = cast<Tuple>(wanted);
    for (ssize i = 0; i < tuple_size(t); i++) {
      if (!is_exception_class(t->items[i])) return raise(TypeError, "{}", kCannotCatch);
    }
    return kOk;
  }
  if (!is_exception_class(wanted)) return raise(TypeError, "{}", kCannotCatch);
  return kOk;
}

Status check_except_star_type(Object* wanted) {
  TRY(check_except_type(wanted));
  if (is_tuple(wanted)) {
    Tuple* t = cast<Tuple>(wanted);
    for (ssize i = 0; i < tuple_size(t); i++) TRY(check_not_group(t->items[i]));
    return kOk;
  }
  return check_not_group(wanted);
}

bool split_for_except_star(Object* whole, Object* wanted, Object** match, Object** rest) {
  Ref<Object> matched, remaining;
  if (!check_except_star_type(wanted) || !exception_group_match(whole, wanted, matched, remaining)) return false;
  *match = matched.release();
  *rest = remaining.release();
  return true;
}

// ---- The end of an except* chain (PEP 654) --------------------------------------------------------------------------

namespace {

// An exception of the list belongs to the original when raise or the splitting made it from there: same notes, cause,
// context and traceback.
bool same_metadata(Object* a, Object* b) {
  BaseExceptionObject *x = cast<BaseExceptionObject>(a), *y = cast<BaseExceptionObject>(b);
  return x->notes == y->notes && x->traceback == y->traceback && x->cause == y->cause && x->context == y->context;
}

}  // namespace

Ref<Object> prepare_reraise_star(Object* original, List* raised) {
  ssize count = list_size(raised);
  if (count == 0) return none_ref();
  if (!is_instance_of(original, BaseExceptionGroup)) {
    // A naked exception was wrapped for except*; a clause that raised put its exception first.
    for (ssize i = 0; i < count; i++) {
      if (!is_none(raised->items[i])) return share(raised->items[i]);
    }
    return none_ref();
  }
  Ref<List> fresh = TRY(list_new())
  , reraised = TRY(list_new());
  for (ssize i = 0; i < list_size(raised); i++) {
    Object* e = raised->items[i];
    if (is_none(e)) continue;
    TRY(list_append(same_metadata(e, original) ? reraised.get() : fresh.get(), e));
  }
  Ref<Object> projected = TRY(exception_group_projection(original, reraised.get()));
  if (list_size(fresh.get()) == 0) return projected;
  if (!is_none(projected.get())) TRY(list_append(fresh.get(), projected.get()));
  Ref<Str> empty = TRY(str_empty());
  return call(as_object(BaseExceptionGroup), empty.get(), fresh.get());
}

// ---- traceback objects --------------------------------------------------------------------------------------------

int traceback_line(Traceback* tb) {
  if (tb->lineno == -1) tb->lineno = code_line_of(tb->frame->frame->code, tb->lasti);
  return tb->lineno;
}

Ref<Object> traceback_new(Object* next, FrameObject* frame, int lasti, int lineno) {
  Traceback* tb = object_new_gc<Traceback>(&traceback_type);
  if (!tb) return nullptr;
  tb->next = next && !is_none(next) ? reinterpret_cast<Traceback*>(share(next).release()) : nullptr;
  tb->frame = share(frame).release();
  tb->lasti = lasti;
  tb->lineno = lineno;
  gc_track(tb);
  return Ref<Object>::steal(as_object(tb));
}

template <>
struct ArgumentType<FrameObject> {
  static constexpr Type* type() { return &frame_type; }
};

namespace {

Ref<Object> traceback_create(Type*, Object* next, FrameObject* frame, int lasti, int lineno) {
  if (!is_none(next) && !is_exactly(next, &traceback_type)) {
    return raise(TypeError, "expected traceback object or None, got '{}'", type_name(next));
  }
  return traceback_new(next, frame, lasti, lineno);
}

int traceback_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Traceback>(self)->next);
  MINIPY_VISIT(cast<Traceback>(self)->frame);
  return 0;
}
int traceback_clear(Object* self) {
  clear_field(cast<Traceback>(self)->next);
  clear_field(cast<Traceback>(self)->frame);
  return 0;
}
void traceback_dealloc(Object* self) {
  gc_untrack(self);
  TRASHCAN_GUARD(self, traceback_dealloc);
  traceback_clear(self);
  gc_free(self);
}

Ref<Object> traceback_get_next(Traceback* tb) { return tb->next ? share(as_object(tb->next)) : none_ref(); }
Status traceback_set_next(Traceback* tb, Object* value) {
  if (!value) return raise(TypeError, "can't delete tb_next attribute");
  if (is_none(value)) {
    value = nullptr;
  } else if (!is_exactly(value, &traceback_type)) {
    return raise(TypeError, "expected traceback object, got '{}'", type_name(value));
  }
  for (Traceback* cursor = reinterpret_cast<Traceback*>(value); cursor; cursor = cursor->next) {
    if (cursor == tb) return raise(ValueError, "traceback loop detected");
  }
  replace_field(tb->next, share(reinterpret_cast<Traceback*>(value)));
  return kOk;
}
Ref<Object> traceback_get_lineno(Traceback* tb) {
  int line = traceback_line(tb);
  return line < 0 ? none_ref() : Ref<Object>(int_from(line));
}
Ref<Object> traceback_dir(Traceback*) {
  Ref<Str> frame = str_intern_ascii("tb_frame"), next = str_intern_ascii("tb_next"),
           lasti = str_intern_ascii("tb_lasti"), lineno = str_intern_ascii("tb_lineno");
  Object* names[] = {as_object(frame.release()), as_object(next.release()), as_object(lasti.release()),
                     as_object(lineno.release())};
  return list_from_array_steal(names, 4);
}

constinit MethodDef traceback_methods[] = {
    PLAIN_METHOD(traceback_dir, "__dir__(self, /)", ""),
    {},
};
constinit MemberDef traceback_members[] = {
    {"tb_frame", kMemberObject, offsetof(Traceback, frame), kMemberReadonly, nullptr},
    {"tb_lasti", kMemberInt, offsetof(Traceback, lasti), kMemberReadonly, nullptr},
    {},
};
constinit GetSetDef traceback_getset[] = {
    {"tb_next", getter<traceback_get_next>, setter<traceback_set_next>, nullptr, nullptr},
    {"tb_lineno", getter<traceback_get_lineno>, nullptr, nullptr, nullptr},
    {},
};

}  // namespace

constinit Type traceback_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "traceback",
    .basicsize = sizeof(Traceback),
    .dealloc = traceback_dealloc,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nA step of the way that an exception came.",
    .traverse = traceback_traverse,
    .clear = traceback_clear,
    .methods = traceback_methods,
    .members = traceback_members,
    .getset = traceback_getset,
    .new_ = NEW(traceback_create, "TracebackType(type, tb_next, tb_frame, tb_lasti, tb_lineno)"),
};

}  // namespace minipy
