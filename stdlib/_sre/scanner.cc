// Scanners: they go from match to match of one subject.
#include <new>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/error.h"
#include "stdlib/_sre/objects.h"

namespace minipy::sre {
namespace {

struct Scanner {
  Object base;
  Pattern* pattern;
  State* state;
  bool finished;
  bool running;  // another thread or a signal handler must not enter
};

int scanner_traverse(Object* self, VisitProc visit, void* arg) {
  Scanner* s = cast<Scanner>(self);
  MINIPY_VISIT(s->pattern);
  if (s->state) MINIPY_VISIT(s->state->string.get());
  return 0;
}

int scanner_clear(Object* self) {
  clear_field(cast<Scanner>(self)->pattern);
  return 0;
}

void scanner_dealloc(Object* self) {
  gc_untrack(self);
  delete cast<Scanner>(self)->state;
  scanner_clear(self);
  gc_free(self);
}

template <bool kSearch>
Ref<Object> scanner_step(Scanner* self) {
  if (self->finished) return none_ref();
  if (self->running) return raise(ValueError, "regular expression scanner already executing");
  self->running = true;
  State& state = *self->state;
  Outcome outcome = kSearch ? state.search() : state.match(false);
  self->running = false;
  if (outcome == Outcome::kError) return nullptr;
  if (outcome == Outcome::kNo) {
    self->finished = true;
    return none_ref();
  }
  Ref<Object> match = TRY(match_new(self->pattern, state));
  state.advance();
  return match;
}

constinit MethodDef scanner_methods[] = {
    METHOD(scanner_step<false>, "match(self, /)", ""),
    METHOD(scanner_step<true>, "search(self, /)", ""),
    {},
};
constinit MemberDef scanner_members[] = {
    {"pattern", kMemberObject, offsetof(Scanner, pattern), kMemberReadonly, nullptr},
    {},
};

}  // namespace

Ref<Object> scanner_new(Pattern* pattern, Object* string, ssize start, ssize end) {
  Scanner* self = object_new_gc<Scanner>(&scanner_type);
  if (!self) return nullptr;
  self->pattern = share(pattern).release();
  self->state = new (std::nothrow) State;
  self->finished = self->running = false;
  gc_track(self);
  Ref<Object> result = steal(as_object(self));
  if (!self->state) return raise_no_memory_error();
  TRY(state_init(*self->state, pattern, string, start, end));
  return result;
}

constinit Type scanner_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_sre.SRE_Scanner",
    .basicsize = sizeof(Scanner),
    .dealloc = scanner_dealloc,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation | kTypeImmutable,
    .traverse = scanner_traverse,
    .clear = scanner_clear,
    .methods = scanner_methods,
    .members = scanner_members,
};

}  // namespace minipy::sre
