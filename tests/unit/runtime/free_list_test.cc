#include "runtime/free_list.h"

#include <gtest/gtest.h>

#include <vector>

namespace minipy {
namespace {

std::vector<void*> freed, reused;

struct Thing {
  char header[16];
  void* fields[2];
  void* object() { return fields; }
};
void note_freed(void* p) { freed.push_back(p); }
using Things = FreeList<2, 8, note_freed>;

const ReuseListener kListener{[](void*, void* block) { reused.push_back(block); }, nullptr};

struct FreeListTest : testing::Test {
  // In the list of all lists for ever.
  static Things& things() {
    static Things list("thing");
    free_list_register(list);
    return list;
  }
  void SetUp() override {
    things().free_all();
    freed.clear();
    reused.clear();
  }
  Thing a, b, c;
};

TEST_F(FreeListTest, KeepsAsManyAsItsLimitAndGivesTheLastFirst) {
  EXPECT_EQ(things().take(), nullptr);
  EXPECT_TRUE(things().give(a.object()));
  EXPECT_TRUE(things().give(b.object()));
  EXPECT_FALSE(things().give(c.object()));
  EXPECT_EQ(things().held(things()), 2);
  EXPECT_EQ(things().take(), b.object());
  EXPECT_EQ(things().take(), a.object());
  EXPECT_EQ(things().take(), nullptr);
  EXPECT_TRUE(reused.empty());
}

TEST_F(FreeListTest, IsEmptiedByFullCollections) {
  things().give(a.object());
  things().give(b.object());
  things().clear(things());
  EXPECT_EQ(freed, (std::vector<void*>{b.object(), a.object()}));
  EXPECT_EQ(things().held(things()), 0);
}

TEST_F(FreeListTest, TellsOfReuseWhileSomebodyListens) {
  things().give(a.object());
  const ReuseListener* before = free_lists_set_listener(&kListener);
  EXPECT_EQ(things().held(things()), 1);
  EXPECT_TRUE(things().give(b.object()));
  EXPECT_FALSE(things().give(c.object()));
  EXPECT_EQ(things().take(), b.object());
  EXPECT_EQ(reused, std::vector<void*>{&b});  // the block, header and all
  EXPECT_TRUE(things().give(b.object()));
  free_lists_set_listener(before);
  EXPECT_EQ(things().held(things()), 2);
  EXPECT_EQ(things().take(), b.object());
  EXPECT_EQ(things().take(), a.object());
  EXPECT_EQ(reused.size(), 1u);
}

TEST_F(FreeListTest, IsEmptiedWhileSomebodyListens) {
  const ReuseListener* before = free_lists_set_listener(&kListener);
  things().give(a.object());
  things().clear(things());
  EXPECT_EQ(freed, std::vector<void*>{a.object()});
  EXPECT_EQ(things().take(), nullptr);
  EXPECT_TRUE(things().give(a.object()));
  free_lists_set_listener(before);
  EXPECT_EQ(things().take(), a.object());
}

}  // namespace
}  // namespace minipy
