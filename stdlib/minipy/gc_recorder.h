// Records collections: the numbers of each, and on wish what it found, step by step. Listens to the collector
// (gc/gc_events.h), keeps texts and addresses in raw memory, and hands each finished collection to its consumer, which
// may run in the middle of anything: it too must make no object.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gc/gc_events.h"

namespace minipy {

struct GcObjectText {
  const Object* address;
  std::string text;  // describe_object()
  std::string type;
  ssize refcount;
  ssize from_outside;  // references that no candidate explains
};

struct GcMovedBack {
  GcObjectText object, from;
  std::string reference;  // how `from` refers to it
};

// A way through garbage that comes back to where it began: nodes[i] refers to nodes[i + 1] by references[i], the last
// to the first.
struct GcCycle {
  std::vector<GcObjectText> nodes;
  std::vector<std::string> references;
  ssize tangle;  // objects that reach each other: this cycle is the shortest of possibly many among them
};

// The unreachable objects as a graph.
struct GcGraph {
  struct Edge {
    int from, to;
    std::string reference;
  };
  std::vector<GcObjectText> nodes;
  std::vector<int> tangle_of;  // by node: index into the cycles, -1: only reachable from one
  std::vector<Edge> edges;
};

struct GcDetails {
  std::map<std::string, ssize> candidates;             // by type
  ssize looked_unreachable = 0;                        // no reference from outside
  std::vector<GcObjectText> looked_unreachable_shown;  // the first ones
  ssize moved_back = 0;
  std::vector<GcMovedBack> moved_back_shown;
  ssize cycle_count = 0;
  std::vector<GcCycle> cycles;           // the first ones
  ssize hanging = 0;                     // unreachable objects that are in no cycle
  GcGraph graph;                         // only when wanted
  std::vector<GcObjectText> finalizers;  // whose finalizers were called, the first ones in their order
  std::vector<GcObjectText> resurrected;
};

struct GcRecord {
  GcCollection numbers;
  std::unique_ptr<GcDetails> details;  // null: not wanted
};

struct GcRecorderOptions {
  bool details = false;
  bool graph = false;  // with details
  size_t shown = 20;   // objects, cycles... kept of each step
  size_t graph_nodes = 2000;
};

class GcRecorder {
 public:
  using Consumer = std::function<void(const GcRecord&)>;
  GcRecorder(GcRecorderOptions options, Consumer consumer);
  ~GcRecorder() { stop(); }
  GcRecorder(const GcRecorder&) = delete;
  GcRecorder& operator=(const GcRecorder&) = delete;
  void start() { gc_add_watcher(&watcher_); }
  void stop() { gc_remove_watcher(&watcher_); }

 private:
  static void on_event(void* self, const GcEvent& event, const GcCollection& collection, const GcHeader* list);
  static void on_moved_back(void* self, Object* object, Object* from);
  void record_candidates(const GcHeader* list);
  void record_unreachable(const GcHeader* list);
  void record_resurrected(const GcHeader* list);

  GcRecorderOptions options_;
  Consumer consumer_;
  GcWatcher watcher_;
  std::unique_ptr<GcDetails> details_;
  std::vector<const Object*> after_finalizers_;
};

const char* gc_trigger_name(GcTrigger trigger);

}  // namespace minipy
