#include "runtime/type.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/type_internal.h"
#include "tests/unit/environment.h"

namespace minipy {
namespace {

class Types : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(test::start_runtime()); }
};

Ref<Object> make_class(const char* name, Ref<Tuple> bases, Ref<Dict> dict = dict_new()) {
  Ref<Str> str = str_from_utf8(name);
  return call(as_object(&type_type), str.get(), bases.get(), dict.get());
}
Ref<Object> make_class(const char* name) { return make_class(name, tuple_empty()); }

std::string pending_message() {
  Ref<Object> error = error_take();
  if (!error) return "";
  Ref<Str> text = object_str(error.get());
  return std::string(str_utf8(text.get()));
}

TEST_F(Types, PlainClassHasManagedDictAndWeakReferences) {
  Ref<Object> cls = make_class("A");
  Type* type = as_type(cls.get());
  EXPECT_EQ(type->basicsize, 24);
  EXPECT_EQ(type->weaklistoffset, 16);
  EXPECT_EQ(type->dictoffset, -48);
  EXPECT_EQ(type->flags & ~kTypeValidVersionTag, 0x5610u);
}

TEST_F(Types, AttributesOfInstances) {
  Ref<Object> cls = make_class("A");
  Ref<Object> a = call(cls.get());
  ASSERT_TRUE(a);
  ASSERT_TRUE(object_set_attr(a.get(), NAME("x"), as_object(small_int(7))));
  EXPECT_EQ(object_get_attr(a.get(), NAME("x")).get(), as_object(small_int(7)));
  EXPECT_FALSE(object_get_attr(a.get(), NAME("y")));
  EXPECT_EQ(pending_message(), "'A' object has no attribute 'y'");
  Ref<Object> missing;
  EXPECT_TRUE(object_find_attr(a.get(), NAME("y"), missing));
  EXPECT_FALSE(missing);
}

TEST_F(Types, ChangeOfAClassIsSeenThroughTheCache) {
  Ref<Object> base = make_class("Base");
  Ref<Object> derived = make_class("Derived", tuple_pack(base.get()));
  EXPECT_EQ(type_lookup(as_type(derived.get()), NAME("late")), nullptr);
  ASSERT_TRUE(object_set_attr(base.get(), NAME("late"), as_object(small_int(1))));
  EXPECT_EQ(type_lookup(as_type(derived.get()), NAME("late")), as_object(small_int(1)));
  ASSERT_TRUE(object_set_attr(base.get(), NAME("late"), nullptr));
  EXPECT_EQ(type_lookup(as_type(derived.get()), NAME("late")), nullptr);
}

TEST_F(Types, SlotsFollowAssignmentsToClasses) {
  Ref<Object> base = make_class("Base");
  Ref<Object> derived = make_class("Derived", tuple_pack(base.get()));
  EXPECT_EQ(as_type(derived.get())->as_sequence->length, nullptr);
  ASSERT_TRUE(object_set_attr(base.get(), NAME("__len__"), as_object(&list_type)));
  EXPECT_NE(as_type(derived.get())->as_sequence->length, nullptr);
  ASSERT_TRUE(object_set_attr(base.get(), NAME("__len__"), nullptr));
  EXPECT_EQ(as_type(derived.get())->as_sequence->length, nullptr);
}

TEST_F(Types, SubclassesOfNativeTypesTakeTheirSlots) {
  Ref<Object> cls = make_class("L", tuple_pack(&list_type));
  Type* type = as_type(cls.get());
  EXPECT_EQ(type->repr, list_type.repr);
  EXPECT_EQ(type->as_mapping->subscript, list_type.as_mapping->subscript);
  EXPECT_TRUE(type_has(type, kTypeListSubclass));
  EXPECT_TRUE(type_has(type, kTypeSequence));
}

TEST_F(Types, LinearizationOfADiamond) {
  Ref<Object> a = make_class("A");
  Ref<Object> b = make_class("B", tuple_pack(a.get()));
  Ref<Object> c = make_class("C", tuple_pack(a.get()));
  Ref<Object> d = make_class("D", tuple_pack(b.get(), c.get()));
  Tuple* mro = type_mro(as_type(d.get()));
  ASSERT_EQ(tuple_size(mro), 5);
  EXPECT_EQ(mro->items[1], b.get());
  EXPECT_EQ(mro->items[2], c.get());
  EXPECT_EQ(mro->items[3], a.get());
  EXPECT_FALSE(make_class("E", tuple_pack(a.get(), b.get())));
  EXPECT_EQ(pending_message(), "Cannot create a consistent method resolution\norder (MRO) for bases A, B");
}

TEST_F(Types, LayoutConflict) {
  EXPECT_FALSE(make_class("X", tuple_pack(&list_type, &dict_type)));
  EXPECT_EQ(pending_message(), "multiple bases have instance lay-out conflict");
}

TEST_F(Types, SlotsMakeMembers) {
  Ref<Dict> dict = dict_new();
  Ref<Tuple> slots = tuple_pack(NAME("b"), NAME("a"));
  ASSERT_TRUE(dict_set_ascii(dict.get(), "__slots__", as_object(slots.get())));
  Ref<Object> cls = make_class("S", tuple_empty(), std::move(dict));
  EXPECT_EQ(as_type(cls.get())->basicsize, 32);
  EXPECT_EQ(as_type(cls.get())->dictoffset, 0);
  Ref<Object> s = call(cls.get());
  ASSERT_TRUE(object_set_attr(s.get(), NAME("a"), as_object(small_int(3))));
  EXPECT_EQ(object_get_attr(s.get(), NAME("a")).get(), as_object(small_int(3)));
  EXPECT_FALSE(object_set_attr(s.get(), NAME("c"), as_object(small_int(3))));
  EXPECT_EQ(pending_message(), "'S' object has no attribute 'c'");
}

}  // namespace
}  // namespace minipy
