#include "stdlib/minipy/gc_recorder.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "gc/type_view.h"
#include "runtime/type.h"
#include "stdlib/minipy/describe.h"

namespace minipy {
namespace {

GcObjectText text_for(const Object* p, ssize from_outside = 0) {
  return {p, describe_object(p), describe_type(p), p->refcount, from_outside};
}

// ---- The graph of the unreachable objects, and its cycles ----------------------------------------------------------

struct Graph {
  std::vector<Object*> nodes;
  std::unordered_map<const Object*, int> index;
  std::vector<std::vector<int>> successors;

  explicit Graph(const GcHeader* list) {
    gc_for_each(list, [&](Object* p) {
      index.emplace(p, static_cast<int>(nodes.size()));
      nodes.push_back(p);
    });
    successors.resize(nodes.size());
    for (size_t i = 0; i < nodes.size(); i++) {
      Visit visit{this, &successors[i]};
      type_view(nodes[i])->traverse(nodes[i], Visit::add, &visit);
    }
  }

 private:
  struct Visit {
    Graph* graph;
    std::vector<int>* out;
    static int add(Object* p, void* self) {
      Visit* v = static_cast<Visit*>(self);
      auto found = v->graph->index.find(p);
      if (found != v->graph->index.end()) v->out->push_back(found->second);
      return 0;
    }
  };
};

// Tarjan's strongly connected components without recursion: garbage may be a chain of a million objects.
class Components {
 public:
  explicit Components(const Graph& graph) : graph_(graph) {
    const size_t n = graph.nodes.size();
    component_of.assign(n, -1);
    order_.assign(n, -1);
    low_.assign(n, 0);
    on_stack_.assign(n, false);
    for (size_t i = 0; i < n; i++) {
      if (order_[i] < 0) visit(static_cast<int>(i));
    }
    // Found in the reverse of their order; the views want that of the list.
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a[0] < b[0]; });
    for (size_t c = 0; c < members.size(); c++) {
      for (int node : members[c]) component_of[static_cast<size_t>(node)] = static_cast<int>(c);
    }
  }

  std::vector<std::vector<int>> members;  // of each component that has a cycle, ascending
  std::vector<int> component_of;          // -1: in no cycle

 private:
  struct Call {
    int node;
    size_t next;
  };

  void visit(int root) {
    calls_.push_back({root, 0});
    enter(root);
    while (!calls_.empty()) {
      Call& call = calls_.back();
      const std::vector<int>& successors = graph_.successors[static_cast<size_t>(call.node)];
      if (call.next < successors.size()) {
        int to = successors[call.next++];
        if (order_[static_cast<size_t>(to)] < 0) {
          enter(to);
          calls_.push_back({to, 0});
        } else if (on_stack_[static_cast<size_t>(to)]) {
          lower(call.node, order_[static_cast<size_t>(to)]);
        }
        continue;
      }
      int node = call.node;
      calls_.pop_back();
      if (low_[static_cast<size_t>(node)] == order_[static_cast<size_t>(node)]) take_component(node);
      if (!calls_.empty()) lower(calls_.back().node, low_[static_cast<size_t>(node)]);
    }
  }
  void enter(int node) {
    order_[static_cast<size_t>(node)] = low_[static_cast<size_t>(node)] = counter_++;
    stack_.push_back(node);
    on_stack_[static_cast<size_t>(node)] = true;
  }
  void lower(int node, int value) {
    low_[static_cast<size_t>(node)] = std::min(low_[static_cast<size_t>(node)], value);
  }
  void take_component(int root) {
    std::vector<int> component;
    int node;
    do {
      node = stack_.back();
      stack_.pop_back();
      on_stack_[static_cast<size_t>(node)] = false;
      component.push_back(node);
    } while (node != root);
    const std::vector<int>& successors = graph_.successors[static_cast<size_t>(root)];
    bool cyclic = component.size() > 1 || std::find(successors.begin(), successors.end(), root) != successors.end();
    if (!cyclic) return;
    std::sort(component.begin(), component.end());
    members.push_back(std::move(component));
  }

  const Graph& graph_;
  std::vector<int> order_, low_, stack_;
  std::vector<bool> on_stack_;
  std::vector<Call> calls_;
  int counter_ = 0;
};

// The shortest way from the component's first object back to it (breadth first).
std::vector<int> shortest_cycle(const Graph& graph, const Components& components, int component) {
  int start = components.members[static_cast<size_t>(component)][0];
  std::unordered_map<int, int> came_from;
  std::vector<int> queue = {start};
  for (size_t i = 0; i < queue.size(); i++) {
    for (int to : graph.successors[static_cast<size_t>(queue[i])]) {
      if (to == start) {
        std::vector<int> path;
        for (int node = queue[i]; node != start; node = came_from[node]) path.push_back(node);
        path.push_back(start);
        std::reverse(path.begin(), path.end());
        return path;
      }
      if (components.component_of[static_cast<size_t>(to)] != component) continue;
      if (came_from.emplace(to, queue[i]).second) queue.push_back(to);
    }
  }
  return {start};
}

GcCycle describe_cycle(const Graph& graph, const Components& components, int component) {
  GcCycle cycle;
  cycle.tangle = static_cast<ssize>(components.members[static_cast<size_t>(component)].size());
  std::vector<int> path = shortest_cycle(graph, components, component);
  for (size_t i = 0; i < path.size(); i++) {
    const Object* from = graph.nodes[static_cast<size_t>(path[i])];
    const Object* to = graph.nodes[static_cast<size_t>(path[(i + 1) % path.size()])];
    cycle.nodes.push_back(text_for(from));
    cycle.references.push_back(describe_reference(from, to));
  }
  return cycle;
}

GcGraph describe_graph(const Graph& graph, const Components& components, size_t limit) {
  GcGraph out;
  const int n = static_cast<int>(std::min(limit, graph.nodes.size()));
  for (int i = 0; i < n; i++) {
    out.nodes.push_back(text_for(graph.nodes[static_cast<size_t>(i)]));
    out.tangle_of.push_back(components.component_of[static_cast<size_t>(i)]);
    std::unordered_set<int> seen;
    for (int to : graph.successors[static_cast<size_t>(i)]) {
      if (to >= n || !seen.insert(to).second) continue;
      out.edges.push_back(
          {i, to, describe_reference(graph.nodes[static_cast<size_t>(i)], graph.nodes[static_cast<size_t>(to)])});
    }
  }
  return out;
}

}  // namespace

const char* gc_trigger_name(GcTrigger trigger) {
  switch (trigger) {
    case GcTrigger::kThreshold: return "threshold";
    case GcTrigger::kExplicit: return "gc.collect";
    default: return "exit";
  }
}

GcRecorder::GcRecorder(GcRecorderOptions options, Consumer consumer)
    : options_(options), consumer_(std::move(consumer)) {
  watcher_ = {on_event, options.details ? on_moved_back : nullptr, this};
}

void GcRecorder::on_event(void* context, const GcEvent& event, const GcCollection& collection, const GcHeader* list) {
  GcRecorder* self = static_cast<GcRecorder*>(context);
  if (event.phase == GcPhase::kStop) {
    GcRecord record{collection, std::move(self->details_)};
    self->consumer_(record);
    return;
  }
  if (!self->options_.details) return;
  switch (event.phase) {
    case GcPhase::kStart: self->details_ = std::make_unique<GcDetails>(); break;
    case GcPhase::kSubtractReferences: self->record_candidates(list); break;
    case GcPhase::kLegacyFinalizers: self->record_unreachable(list); break;
    case GcPhase::kFinalizers:
      self->after_finalizers_.clear();
      gc_for_each(list, [&](Object* p) { self->after_finalizers_.push_back(p); });
      break;
    case GcPhase::kClear: self->record_resurrected(list); break;
    default: break;
  }
}

void GcRecorder::record_candidates(const GcHeader* list) {
  if (!details_) return;
  gc_for_each(list, [&](Object* p) {
    details_->candidates[describe_type(p)]++;
    if (gc_remaining_references(p) != 0) return;
    details_->looked_unreachable++;
    if (details_->looked_unreachable_shown.size() < options_.shown) {
      details_->looked_unreachable_shown.push_back(text_for(p));
    }
  });
}

void GcRecorder::on_moved_back(void* context, Object* object, Object* from) {
  GcRecorder* self = static_cast<GcRecorder*>(context);
  if (!self->details_) return;
  GcDetails& d = *self->details_;
  if (++d.moved_back <= static_cast<ssize>(self->options_.shown)) {
    d.moved_back_shown.push_back({text_for(object), text_for(from), describe_reference(from, object)});
  }
}

void GcRecorder::record_unreachable(const GcHeader* list) {
  if (!details_) return;
  gc_for_each(list, [&](Object* p) {
    if (!p->type->finalize || gc_is_finalized(p) || details_->finalizers.size() == options_.shown) return;
    details_->finalizers.push_back(text_for(p));
  });
  Graph graph(list);
  Components components(graph);
  details_->cycle_count = static_cast<ssize>(components.members.size());
  details_->hanging = std::count(components.component_of.begin(), components.component_of.end(), -1);
  for (size_t i = 0; i < components.members.size() && i < options_.shown; i++) {
    details_->cycles.push_back(describe_cycle(graph, components, static_cast<int>(i)));
  }
  if (options_.graph) details_->graph = describe_graph(graph, components, options_.graph_nodes);
}

// `list` is what stays garbage: the others have been brought back.
void GcRecorder::record_resurrected(const GcHeader* list) {
  if (!details_) return;
  std::unordered_set<const Object*> garbage;
  gc_for_each(list, [&](Object* p) { garbage.insert(p); });
  for (const Object* p : after_finalizers_) {
    if (garbage.count(p) || details_->resurrected.size() == options_.shown) continue;
    details_->resurrected.push_back(text_for(p));
  }
  after_finalizers_.clear();
}

}  // namespace minipy
