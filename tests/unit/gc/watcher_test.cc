#include <gtest/gtest.h>

#include <vector>

#include "gc/gc_events.h"
#include "runtime/containers.h"
#include "stdlib/minipy/gc_recorder.h"
#include "tests/unit/environment.h"

namespace minipy {
namespace {

class Watching : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(test::start_runtime());
    g_gc.enabled = false;
    gc_collect(2);
  }
  void TearDown() override { g_gc.enabled = true; }
};

Ref<List> holding(List* other) {
  Ref<List> list = list_new();
  EXPECT_TRUE(list_append(list.get(), as_object(other ? other : list.get())));
  return list;
}

TEST_F(Watching, TellsEachWatcherTheNumbers) {
  std::vector<GcRecord> first, second;
  GcRecorder a({}, [&](const GcRecord& r) { first.push_back({r.numbers, nullptr}); });
  GcRecorder b({}, [&](const GcRecord& r) { second.push_back({r.numbers, nullptr}); });
  a.start();
  b.start();
  holding(nullptr).reset();
  holding(nullptr).reset();
  gc_collect(0);
  a.stop();
  gc_collect(1);
  b.stop();
  EXPECT_EQ(g_gc.listener, nullptr);
  gc_collect(0);
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 2u);
  const GcCollection& c = first[0].numbers;
  EXPECT_EQ(c.generation, 0);
  EXPECT_EQ(c.trigger, GcTrigger::kExplicit);
  EXPECT_EQ(c.counts[0], 2);
  EXPECT_EQ(c.thresholds[0], 700);
  EXPECT_EQ(c.unreachable, 2);
  EXPECT_EQ(c.collected, 2);
  EXPECT_EQ(c.examined, c.reachable + c.unreachable);
  EXPECT_EQ(second[1].numbers.generation, 1);
  EXPECT_EQ(second[1].numbers.number, c.number + 1);
}

TEST_F(Watching, ExplainsWhatIsMovedBackAndFindsTheCycle) {
  std::vector<std::unique_ptr<GcDetails>> seen;
  GcRecorder recorder({.details = true, .graph = true},
                      [&](const GcRecord& r) { seen.push_back(std::make_unique<GcDetails>(*r.details)); });
  gc_collect(2);
  // Garbage: two lists that hold each other. Alive: a list that only the variable's list holds; it comes first.
  Ref<List> outer = list_new();
  Ref<List> inner = list_new();
  gc_untrack(outer.get());
  ASSERT_TRUE(list_append(outer.get(), as_object(inner.get())));
  List* inner_address = inner.get();
  inner.reset();
  gc_track(outer.get());
  Ref<List> x = list_new(), y = holding(x.get());
  ASSERT_TRUE(list_append(x.get(), as_object(y.get())));
  x.reset();
  y.reset();
  recorder.start();
  gc_collect(0);
  recorder.stop();
  ASSERT_EQ(seen.size(), 1u);
  const GcDetails& d = *seen[0];
  EXPECT_EQ(d.looked_unreachable, 3);
  ASSERT_EQ(d.moved_back, 1);
  EXPECT_EQ(d.moved_back_shown[0].object.address, as_object(inner_address));
  EXPECT_EQ(d.moved_back_shown[0].from.address, as_object(outer.get()));
  EXPECT_EQ(d.moved_back_shown[0].reference, "[0]");
  ASSERT_EQ(d.cycle_count, 1);
  ASSERT_EQ(d.cycles[0].nodes.size(), 2u);
  EXPECT_EQ(d.cycles[0].nodes[0].text, "list of 1");
  EXPECT_EQ(d.cycles[0].references[0], "[0]");
  EXPECT_EQ(d.hanging, 0);
  EXPECT_EQ(d.graph.nodes.size(), 2u);
  EXPECT_EQ(d.graph.edges.size(), 2u);
}

TEST_F(Watching, DoesNotChangeCounts) {
  GcRecorder recorder({.details = true, .graph = true}, [](const GcRecord&) {});
  recorder.start();
  Ref<List> kept = holding(nullptr);
  int before = g_gc.generations[0].count;
  gc_collect(0);
  recorder.stop();
  EXPECT_EQ(before, 1);
  EXPECT_EQ(g_gc.generations[0].count, 0);
  EXPECT_EQ(kept->base.base.refcount, 2);
  list_clear(kept.get());
}

}  // namespace
}  // namespace minipy
