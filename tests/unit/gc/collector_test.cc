#include "gc/collector.h"

#include <gtest/gtest.h>

#include <vector>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"
#include "runtime/weakref.h"
#include "tests/unit/environment.h"

namespace minipy {
namespace {

class Collector : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(test::start_runtime());
    g_gc.enabled = false;
    gc_collect(2);
  }
  void TearDown() override {
    g_gc.enabled = true;
    g_gc.debug = 0;
    g_gc.listener = nullptr;
  }
};

Ref<List> self_containing_list() {
  Ref<List> list = list_new();
  EXPECT_TRUE(list_append(list.get(), as_object(list.get())));
  return list;
}

TEST_F(Collector, FreesACycleAndOnlyThat) {
  Ref<List> kept = list_new();
  self_containing_list().reset();
  EXPECT_EQ(gc_collect(2), 1);
  EXPECT_EQ(gc_collect(2), 0);
  EXPECT_TRUE(gc_is_tracked(kept.get()));
}

TEST_F(Collector, KeepsWhatIsReachableFromOutside) {
  Ref<List> outer = list_new();
  Ref<List> cycle = self_containing_list();
  ASSERT_TRUE(list_append(outer.get(), as_object(cycle.get())));
  List* borrowed = cycle.get();
  cycle.reset();
  EXPECT_EQ(gc_collect(2), 0);
  EXPECT_EQ(borrowed->items[0], as_object(borrowed));
  list_clear(outer.get());
  EXPECT_EQ(gc_collect(2), 1);
}

TEST_F(Collector, CountsAllocationsAndPromotesSurvivors) {
  int before = g_gc.generations[0].count;
  Ref<Object> descriptor = descriptor_new_method(&list_type, list_type.methods);
  EXPECT_EQ(g_gc.generations[0].count, before + 1);
  int collections = g_gc.generations[1].count;
  gc_collect(0);
  EXPECT_EQ(g_gc.generations[0].count, 0);
  EXPECT_EQ(g_gc.generations[1].count, collections + 1);
  descriptor.reset();
  EXPECT_EQ(g_gc.generations[0].count, 0) << "never below zero";
}

TEST_F(Collector, UntracksTuplesOfAtoms) {
  Ref<Tuple> atoms = tuple_pack(small_int(1), small_int(2));
  Ref<List> list = list_new();
  Ref<Tuple> holder = tuple_pack(list.get());
  gc_collect(0);
  EXPECT_FALSE(gc_is_tracked(atoms.get()));
  EXPECT_TRUE(gc_is_tracked(holder.get()));
}

TEST_F(Collector, ClearsWeakReferencesOfGarbage) {
  Ref<Set> set = set_new(nullptr);
  Ref<List> list = list_new();
  ASSERT_TRUE(list_append(list.get(), as_object(set.get())));
  ASSERT_TRUE(list_append(list.get(), as_object(list.get())));
  Ref<Object> ref = weakref_new(as_object(set.get()), nullptr);
  set.reset();
  EXPECT_TRUE(weakref_get(ref.get()));
  list.reset();
  EXPECT_EQ(gc_collect(2), 2);
  EXPECT_FALSE(weakref_get(ref.get()));
}

TEST_F(Collector, FreezeHidesObjects) {
  Ref<List> list = self_containing_list();
  list.reset();
  gc_freeze();
  EXPECT_EQ(gc_collect(2), 0);
  gc_unfreeze();
  EXPECT_GE(gc_collect(2), 1);
}

TEST_F(Collector, ReportsPhasesInOrder) {
  std::vector<GcPhase> phases;
  GcListener listener{
      [](void* context, const GcEvent& event) { static_cast<std::vector<GcPhase>*>(context)->push_back(event.phase); },
      &phases};
  g_gc.listener = &listener;
  gc_collect(2);
  ASSERT_EQ(phases.size(), 10u);
  for (size_t i = 0; i < phases.size(); i++) EXPECT_EQ(static_cast<size_t>(phases[i]), i);
}

TEST_F(Collector, AuditFindsNothingWrong) {
  ssize mismatches = gc_audit(
      [](void*, const Object* p, ssize count, ssize found) {
        ADD_FAILURE() << type_name(p) << ": count " << count << ", references found " << found;
      },
      nullptr);
  EXPECT_EQ(mismatches, 0);
}

TEST_F(Collector, AuditSeesAMissingCount) {
  Ref<List> inner = list_new();
  Ref<List> outer = list_new();
  ASSERT_TRUE(list_append(outer.get(), as_object(inner.get())));
  ASSERT_TRUE(list_append(outer.get(), as_object(inner.get())));
  inner->base.base.refcount = 1;  // two references lead here
  ssize found = 0;
  gc_audit([](void* context, const Object*, ssize, ssize n) { *static_cast<ssize*>(context) = n; }, &found);
  EXPECT_EQ(found, 2);
  inner->base.base.refcount = 3;
}

// 200,000 levels: a recursive dealloc would need more stack than there is.
TEST_F(Collector, FreesDeepNesting) {
  Ref<List> list = list_new();
  for (int i = 0; i < 200'000; i++) {
    Ref<List> outer = list_new();
    ASSERT_TRUE(list_append_steal(outer.get(), std::move(list)));
    list = std::move(outer);
  }
  list.reset();
  Ref<Tuple> tuple = tuple_empty();
  for (int i = 0; i < 200'000; i++) tuple = tuple_pack(tuple.get());
  tuple.reset();
}

}  // namespace
}  // namespace minipy
