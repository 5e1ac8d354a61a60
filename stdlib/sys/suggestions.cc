// "Did you mean": the nearest name for a NameError or AttributeError, by a weighted edit distance.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/frame_objects.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/sys/sys.h"

namespace minipy {
namespace {

constexpr ssize kMaxCandidates = 750;
constexpr size_t kMaxLength = 40;
constexpr size_t kMoveCost = 2, kCaseCost = 1;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

size_t substitution_cost(char a, char b) {
  if (a == b) return 0;
  return lower(a) == lower(b) ? kCaseCost : kMoveCost;
}

// Levenshtein distance with the costs above, or a value over `limit`.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (a.empty() || b.empty()) return (a.size() + b.size()) * kMoveCost;
  if (a.size() > kMaxLength || b.size() > kMaxLength) return limit + 1;
  if (b.size() < a.size()) std::swap(a, b);
  if ((b.size() - a.size()) * kMoveCost > limit) return limit + 1;
  std::array<size_t, kMaxLength> row;
  for (size_t i = 0; i < a.size(); i++) row[i] = (i + 1) * kMoveCost;
  size_t result = 0;
  for (size_t j = 0; j < b.size(); j++) {
    size_t diagonal = j * kMoveCost;
    result = diagonal;
    size_t minimum = static_cast<size_t>(-1);
    for (size_t i = 0; i < a.size(); i++) {
      size_t substitute = diagonal + substitution_cost(b[j], a[i]);
      diagonal = row[i];
      size_t insert_delete = std::min(result, diagonal) + kMoveCost;
      result = std::min(insert_delete, substitute);
      row[i] = result;
      minimum = std::min(minimum, result);
    }
    if (minimum > limit) return limit + 1;
  }
  return result;
}

// Keeps the best candidate over several name lists.
struct Search {
  std::string_view name;
  Ref<Str> best;
  size_t best_distance = static_cast<size_t>(-1);

  void consider(Object* candidate) {
    if (!is_str(candidate)) return;
    std::string_view text = str_utf8(cast<Str>(candidate));
    if (!text.data()) {
      error_clear();
      return;
    }
    if (text == name) return;
    size_t limit = (name.size() + text.size() + 3) * kMoveCost / 6;
    limit = std::min(limit, best_distance - 1);
    size_t distance = edit_distance(name, text, limit);
    if (distance > limit || (best && distance >= best_distance)) return;
    best = Ref<Str>::share(cast<Str>(candidate));
    best_distance = distance;
  }
};

Ref<Str> nearest(Str* name, Object* candidates) {
  Search s;
  s.name = str_utf8(name);
  if (!s.name.data()) {
    error_clear();
    return nullptr;
  }
  Ref<Object> list = sequence_fast(candidates, "");
  if (!list) {
    error_clear();
    return nullptr;
  }
  ssize n = sequence_fast_size(list.get());
  if (n >= kMaxCandidates) return nullptr;
  for (ssize i = 0; i < n; i++) s.consider(sequence_fast_items(list.get())[i]);
  return std::move(s.best);
}

Ref<Str> for_attribute(AttributeErrorObject* e) {
  if (!e->name || !e->obj || !is_str(e->name)) return nullptr;
  Ref<Object> names = object_dir(e->obj);
  if (!names) {
    error_clear();
    return nullptr;
  }
  return nearest(cast<Str>(e->name), names.get());
}

// Names visible in the innermost frame of the traceback: locals, then globals, then builtins.
Ref<Str> for_name(NameErrorObject* e) {
  if (!e->name || !is_str(e->name) || !e->traceback) return nullptr;
  Traceback* tb = cast<Traceback>(e->traceback);
  while (tb->next) tb = tb->next;
  Object* frame = as_object(tb->frame);
  Ref<Object> code = object_get_attr_ascii(frame, "f_code");
  if (!code) {
    error_clear();
    return nullptr;
  }
  Ref<Object> locals = code_varnames(cast<Code>(code.get()));
  if (locals) {
    if (Ref<Str> found = nearest(cast<Str>(e->name), locals.get())) return found;
  }
  for (const char* scope : {"f_globals", "f_builtins"}) {
    Ref<Object> dict = object_get_attr_ascii(frame, scope);
    if (!dict || !is_dict(dict.get())) {
      error_clear();
      continue;
    }
    Ref<Object> names = dict_keys_list(cast<Dict>(dict.get()));
    if (!names) {
      error_clear();
      continue;
    }
    if (Ref<Str> found = nearest(cast<Str>(e->name), names.get())) return found;
  }
  return nullptr;
}

}  // namespace

Ref<Str> suggestion_for(Object* exception) {
  Ref<Str> found;
  if (is_exactly(exception, AttributeError)) {
    found = for_attribute(cast<AttributeErrorObject>(exception));
  } else if (is_exactly(exception, NameError)) {
    found = for_name(cast<NameErrorObject>(exception));
  }
  if (!found) return nullptr;
  return format_message(". Did you mean: {}?", repr_of(found.get()));
}

}  // namespace minipy
