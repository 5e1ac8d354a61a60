// The attributes that an instance itself stores, read from its memory: inline values, dict, __slots__.
#pragma once

#include "runtime/containers.h"
#include "runtime/descriptor.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "runtime/type_internal.h"

namespace minipy {

// The dict of an instance's attributes; null: it has none, or not yet. Borrowed.
inline Dict* attributes_dict(Object* p) {
  const Type* t = p->type;
  if (t->flags & kTypeManagedDict) return *object_managed_dict(p);
  Object** slot = object_dict_slot(p);
  Object* d = slot ? *slot : nullptr;
  return d && d->type == &dict_type ? cast<Dict>(d) : nullptr;
}

// Calls visit(name, value) for the first `limit` of them.
template <class F>
void each_own_attribute(Object* p, int limit, F&& visit) {
  const Type* t = p->type;
  if (t->flags & kTypeManagedDict) {
    DictKeys* keys = reinterpret_cast<const HeapType*>(t)->cached_keys;
    if (DictValues* values = *object_managed_values(p); values && keys) {
      for (int i = 0; i < values_count(values) && limit > 0; i++) {
        int entry = values_entry_at(values, i);
        if (!values->items[entry]) continue;
        visit(unicode_entries(keys)[entry].key, values->items[entry]);
        limit--;
      }
      return;
    }
  }
  if (Dict* d = attributes_dict(p)) {
    ssize position = 0;
    Object *key, *value;
    while (limit > 0 && dict_next(d, &position, &key, &value)) {
      if (key->type != &str_type) continue;
      visit(reinterpret_cast<Str*>(key), value);
      limit--;
    }
  }
  if (!(t->flags & kTypeHeap) || !t->mro || t->basicsize <= static_cast<ssize>(sizeof(Object))) return;
  // __slots__: member descriptors of the classes.
  Tuple* mro = cast<Tuple>(t->mro);
  for (ssize i = 0; i < tuple_size(mro) && limit > 0; i++) {
    const Type* c = reinterpret_cast<const Type*>(mro->items[i]);
    if (!(c->flags & kTypeHeap) || !c->dict || c->basicsize <= c->base_type->basicsize) continue;
    ssize position = 0;
    Object *key, *value;
    while (limit > 0 && dict_next(cast<Dict>(c->dict), &position, &key, &value)) {
      if (value->type != &member_descriptor_type || key->type != &str_type) continue;
      const MemberDef* m = reinterpret_cast<MemberDescriptor*>(value)->def;
      if (m->type != kMemberObjectEx || m->offset + static_cast<ssize>(sizeof(Object*)) > t->basicsize) continue;
      Object* slot = *reinterpret_cast<Object**>(reinterpret_cast<char*>(p) + m->offset);
      if (!slot) continue;
      visit(reinterpret_cast<Str*>(key), slot);
      limit--;
    }
  }
}

}  // namespace minipy
