// Matching and searching. The algorithm is backtracking over Instruction programs; see matcher.h.
#include "stdlib/_sre/matcher.h"

#include <algorithm>
#include <cstring>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/str_internal.h"
#include "runtime/thread_state.h"

namespace minipy::sre {

// ---- The stack
// ---------------------------------------------------------------------------------------------------------------

// Captures are restored the way CPython does it, which programs can see: backtracking to a choice point makes the
// groups that were closed later unset again, but where a mark has been set anew since, its old position comes back only
// at choice points inside general repeats (and at those repeats themselves). `marks_too` says so.
enum class Kind : uint8_t {
  // Choice points: on backtracking the matcher goes on at `instruction`.
  kAlternative,   // with the next alternative, at `position`
  kRepeatOne,     // with fewer items: from x - 1 down to `position`
  kMinRepeatOne,  // with one more item than x, at `position`
  kMaxUntil,      // leaves the repeat x instead of iterating, at `position`; y: its previous last position
  kMinUntil,      // iterates the repeat x once more, at `position`
  // What is undone on the way back.
  kNewRepeat,   // a repeat was entered; x: the one around it, y: how many there were
  kLeftRepeat,  // repeat x was left
  kCount,       // repeat x's count was raised
  kMinBody,     // repeat x's count was raised and its last position (y) set
  // The body of an assertion, atomic group or possessive repeat began; x: the barrier around it; y: finished
  // iterations.
  kBarrier,
};

struct Entry {
  Kind kind;
  bool marks_too;
  uint32_t instruction;
  ssize position;
  ssize x;
  ssize y;
  uint32_t trail;  // how many changes of marks there were
  int lastmark;
  int lastindex;
};

// A mark that was changed, and what it was.
struct Change {
  uint32_t mark;
  ssize old;
};

// A running general repeat.
struct RepeatNode {
  ssize around;  // the repeat around it, -1: none
  uint32_t instruction;
  ssize count;
  ssize last;  // where its last iteration began, -1: none yet
};

template <class T>
Stack<T>::~Stack() {
  memory::mem_free(data_);
}

template <class T>
bool Stack<T>::grow() {
  size_t capacity = capacity_ ? capacity_ * 2 : 64;
  T* data = static_cast<T*>(memory::mem_realloc(data_, capacity * sizeof(T)));
  if (!data) return false;
  data_ = data;
  capacity_ = capacity;
  return true;
}

template class Stack<Entry>;
template class Stack<Change>;
template class Stack<RepeatNode>;

namespace {

inline bool bit_of(const uint64_t bits[4], char32_t c) { return bits[c >> 6] >> (c & 63) & 1; }

template <class C>
class Matcher {
 public:
  Matcher(State& s, bool whole)
      : s_(s),
        code_(s.program->instructions.data()),
        begin_(static_cast<const C*>(s.data)),
        end_(begin_ + s.endpos),
        whole_(whole) {}

  Outcome run(ssize where);

 private:
  // ---- Characters

  bool set_matches(const Instruction& in, char32_t c) const {
    const Set& set = s_.program->sets[static_cast<size_t>(in.set)];
    if (c < 256 && set.has_bitmap) return bit_of(set.low, c);
    const Code* words = &s_.program->code[set.words];
    switch (in.fold) {
      case Fold::kAscii: return in_set(words, ascii_lower(c));
      case Fold::kUnicode: return in_set(words, unicode_lower(c));
      case Fold::kLocale: {
        char32_t lower = locale_lower(c), upper = locale_upper(c);
        return in_set(words, lower) || (upper != lower && in_set(words, upper));
      }
      default: return in_set(words, c);
    }
  }

  static bool literal_matches(const Instruction& in, char32_t c) {
    switch (in.fold) {
      case Fold::kNone: return c == in.a;
      case Fold::kAscii: return ascii_lower(c) == in.a;
      case Fold::kUnicode: return unicode_lower(c) == in.a;
      default: return c == in.a || locale_lower(c) == in.a || locale_upper(c) == in.a;
    }
  }

  // Does the one-character instruction match c?
  bool unit_matches(const Instruction& in, char32_t c) const {
    switch (in.op) {
      case Op::kLiteral: return literal_matches(in, c);
      case Op::kNotLiteral: return !literal_matches(in, c);
      case Op::kAny: return c != '\n';
      case Op::kSet: return set_matches(in, c);
      case Op::kCategory: return in_category(in.a, c);
      default: return true;  // kAnyAll
    }
  }

  // The end of the longest run of the item from p on, at most `max` characters.
  const C* run_end(const Instruction& in, const C* p, Code max) const {
    const C* end = static_cast<size_t>(end_ - p) > max ? p + max : end_;
    switch (in.op) {
      case Op::kAnyAll: return end;
      case Op::kAny: {
        ssize i = find_char_in(p, end - p, U'\n');
        return i < 0 ? end : p + i;
      }
      case Op::kLiteral:
        if (in.fold == Fold::kNone) {
          while (p < end && *p == in.a) p++;
          return p;
        }
        break;
      case Op::kNotLiteral:
        if (in.fold == Fold::kNone) {
          ssize i = find_char_in(p, end - p, in.a);
          return i < 0 ? end : p + i;
        }
        break;
      case Op::kSet: {
        const Set& set = s_.program->sets[static_cast<size_t>(in.set)];
        if (set.has_bitmap) {
          while (p < end && (static_cast<char32_t>(*p) < 256 ? bit_of(set.low, *p) : set_matches(in, *p))) p++;
          return p;
        }
        break;
      }
      default: break;
    }
    while (p < end && unit_matches(in, *p)) p++;
    return p;
  }

  // In an empty subject there is neither a boundary nor the lack of one.
  bool is_boundary(const C* p, Fold table) const {
    if (begin_ == end_) return false;
    bool before = p > begin_ && is_word(p[-1], table);
    bool after = p < end_ && is_word(*p, table);
    return before != after;
  }

  bool at_matches(At at, const C* p) const {
    switch (at) {
      case At::kBeginning:
      case At::kBeginningString: return p == begin_;
      case At::kBeginningLine: return p == begin_ || p[-1] == '\n';
      case At::kEnd: return p == end_ || (p + 1 == end_ && *p == '\n');
      case At::kEndLine: return p == end_ || *p == '\n';
      case At::kEndString: return p == end_;
      case At::kBoundary: return is_boundary(p, Fold::kNone);
      case At::kNonBoundary: return begin_ != end_ && !is_boundary(p, Fold::kNone);
      case At::kLocBoundary: return is_boundary(p, Fold::kLocale);
      case At::kLocNonBoundary: return begin_ != end_ && !is_boundary(p, Fold::kLocale);
      case At::kUniBoundary: return is_boundary(p, Fold::kUnicode);
      default: return begin_ != end_ && !is_boundary(p, Fold::kUnicode);
    }
  }

  static char32_t folded(Fold fold, char32_t c) {
    switch (fold) {
      case Fold::kAscii: return ascii_lower(c);
      case Fold::kUnicode: return unicode_lower(c);
      case Fold::kLocale: return locale_lower(c);
      default: return c;
    }
  }

  // The group's text stands at p: the position behind it, else null.
  const C* group_end(const Instruction& in, const C* p) const {
    ssize from, to;
    s_.group_span(static_cast<ssize>(in.a) + 1, &from, &to);
    if (from < 0 || to < from) return nullptr;
    if (to > from && to - from > end_ - p) return nullptr;
    const C* q = begin_ + from;
    for (ssize i = 0; i < to - from; i++) {
      if (folded(in.fold, p[i]) != folded(in.fold, q[i])) return nullptr;
    }
    return p + (to - from);
  }

  // ---- Stack

  bool push(Kind kind, uint32_t instruction, const C* position, ssize x = 0, ssize y = 0) {
    Entry* e = s_.stack.push();
    if (!e) return false;
    *e = {kind,        repeat_ >= 0, instruction, position - begin_, x, y, static_cast<uint32_t>(s_.changes.size()),
          s_.lastmark, s_.lastindex};
    return true;
  }

  // Brings the captures back to what they were at the choice point.
  void restore_captures(const Entry& e) {
    s_.lastmark = e.lastmark;
    s_.lastindex = e.lastindex;
    if (!e.marks_too) return;
    while (s_.changes.size() > e.trail) {
      s_.marks[s_.changes.top().mark] = s_.changes.top().old;
      s_.changes.pop();
    }
  }

  bool set_mark(uint32_t i, const C* p) {
    if (i & 1) s_.lastindex = static_cast<int>(i / 2 + 1);
    if (static_cast<int>(i) > s_.lastmark) {
      for (int j = s_.lastmark + 1; j < static_cast<int>(i); j++) s_.marks[j] = -1;
      s_.lastmark = static_cast<int>(i);
    } else {
      Change* change = s_.changes.push();
      if (!change) return false;
      *change = {i, s_.marks[i]};
    }
    s_.marks[i] = p - begin_;
    return true;
  }

  bool enter_body(uint32_t instruction, const C* p, ssize iterations) {
    if (!push(Kind::kBarrier, instruction, p, barrier_, iterations)) return false;
    if (code_[instruction].op == Op::kPossessive) s_.stack.top().marks_too = true;
    barrier_ = static_cast<ssize>(s_.stack.size()) - 1;
    return true;
  }
  // The innermost body has matched: its choice points go.
  Entry leave_body() {
    Entry barrier = s_.stack[static_cast<size_t>(barrier_)];
    s_.stack.resize_down(static_cast<size_t>(barrier_));
    barrier_ = barrier.x;
    return barrier;
  }

  enum class Step { kGo, kFail, kDone, kError };
  Step iterate_or_leave(uint32_t pc);  // an until instruction
  Step leave_repeat(ssize node);
  Step body_matched();
  Step first_alternative(uint32_t pc);
  Step repeat_one(const Instruction& in, uint32_t pc);
  Step min_repeat_one(const Instruction& in, uint32_t pc);
  Step backtrack();
  bool resume_repeat_one(Entry& e);
  bool resume_min_repeat_one(Entry& e);

  State& s_;
  const Instruction* code_;
  const C* begin_;
  const C* end_;
  bool whole_;
  const C* p_ = nullptr;
  uint32_t pc_ = 0;
  ssize repeat_ = -1;   // innermost running repeat
  ssize barrier_ = -1;  // stack index of the innermost barrier
};

// Goes on behind the repeat; backtracking comes back into it.
template <class C>
typename Matcher<C>::Step Matcher<C>::leave_repeat(ssize node) {
  RepeatNode& n = s_.repeats[static_cast<size_t>(node)];
  if (!push(Kind::kLeftRepeat, 0, p_, node)) return Step::kError;
  repeat_ = n.around;
  pc_ = code_[n.instruction].next + 1;
  return Step::kGo;
}

template <class C>
typename Matcher<C>::Step Matcher<C>::iterate_or_leave(uint32_t pc) {
  RepeatNode& n = s_.repeats[static_cast<size_t>(repeat_)];
  const Instruction& repeat = code_[n.instruction];
  ssize count = n.count + 1;
  ssize here = p_ - begin_;
  if (count < static_cast<ssize>(repeat.a)) {
    if (!push(Kind::kCount, 0, p_, repeat_)) return Step::kError;
    n.count = count;
    pc_ = n.instruction + 1;
    return Step::kGo;
  }
  if (code_[pc].op == Op::kMinUntil) {
    ssize node = std::exchange(repeat_, n.around);
    if (!push(Kind::kMinUntil, pc, p_, node)) return Step::kError;
    pc_ = pc + 1;
    return Step::kGo;
  }
  // An iteration that began where the last one did would go on for ever.
  if ((count < static_cast<ssize>(repeat.b) || repeat.b == kMaxRepeat) && here != n.last) {
    if (!push(Kind::kMaxUntil, pc, p_, repeat_, n.last)) return Step::kError;
    n.count = count;
    n.last = here;
    pc_ = n.instruction + 1;
    return Step::kGo;
  }
  return leave_repeat(repeat_);
}

// A success instruction inside an assertion, atomic group or possessive repeat.
template <class C>
typename Matcher<C>::Step Matcher<C>::body_matched() {
  uint32_t owner = s_.stack[static_cast<size_t>(barrier_)].instruction;
  const Instruction& in = code_[owner];
  Entry barrier = leave_body();
  if (in.op == Op::kAssertNot) return Step::kFail;
  pc_ = in.next;
  if (in.op == Op::kAssert) {
    p_ = begin_ + barrier.position;
  } else if (in.op == Op::kPossessive) {
    ssize done = barrier.y + 1;
    // An optional iteration that consumed nothing is the last.
    bool stuck = barrier.y >= static_cast<ssize>(in.a) && p_ - begin_ == barrier.position;
    if (!stuck && (done < static_cast<ssize>(in.b) || in.b == kMaxRepeat)) {
      if (!enter_body(owner, p_, done)) return Step::kError;
      pc_ = owner + 1;
    }
  }
  return Step::kGo;
}

// Enters the first alternative from pc on that can match here; the following ones wait on the stack.
template <class C>
typename Matcher<C>::Step Matcher<C>::first_alternative(uint32_t pc) {
  while (true) {
    const Instruction& branch = code_[pc];
    const Instruction& first = code_[pc + 1];
    bool hopeless = (first.op == Op::kLiteral || first.op == Op::kSet) && (p_ >= end_ || !unit_matches(first, *p_));
    if (!hopeless) {
      if (branch.next && !push(Kind::kAlternative, branch.next, p_)) return Step::kError;
      pc_ = pc + 1;
      return Step::kGo;
    }
    if (!branch.next) return Step::kFail;
    pc = branch.next;
  }
}

template <class C>
typename Matcher<C>::Step Matcher<C>::repeat_one(const Instruction& in, uint32_t pc) {
  if (end_ - p_ < static_cast<ssize>(in.a)) return Step::kFail;
  const C* stop = run_end(code_[pc + 1], p_, in.b);
  const C* low = p_ + in.a;
  if (stop < low) return Step::kFail;
  if (stop == low) {
    p_ = stop;
    pc_ = in.next;
    return Step::kGo;
  }
  if (!push(Kind::kRepeatOne, pc, low, stop - begin_ + 1)) return Step::kError;
  Entry& e = s_.stack.top();
  bool possible = resume_repeat_one(e);
  if (!possible || e.x == e.position) s_.stack.pop();
  return possible ? Step::kGo : Step::kFail;
}

// Moves to the longest run shorter than e.x behind which the pattern can go on.
template <class C>
bool Matcher<C>::resume_repeat_one(Entry& e) {
  const Instruction& in = code_[e.instruction];
  const Instruction& tail = code_[in.next];
  const C* low = begin_ + e.position;
  const C* p = begin_ + e.x - 1;
  if (tail.op == Op::kLiteral && tail.fold == Fold::kNone) {
    if (p == end_) p--;
    while (p >= low && *p != tail.a) p--;
  } else if (tail.op == Op::kSet) {
    if (p == end_) p--;
    while (p >= low && !set_matches(tail, *p)) p--;
  }
  if (p < low) return false;
  e.x = p - begin_;
  p_ = p;
  pc_ = in.next;
  return true;
}

template <class C>
typename Matcher<C>::Step Matcher<C>::min_repeat_one(const Instruction& in, uint32_t pc) {
  if (end_ - p_ < static_cast<ssize>(in.a)) return Step::kFail;
  if (in.a) {
    const C* stop = run_end(code_[pc + 1], p_, in.a);
    if (stop < p_ + in.a) return Step::kFail;
    p_ = stop;
  }
  if (in.b > in.a && !push(Kind::kMinRepeatOne, pc, p_, in.a)) return Step::kError;
  pc_ = in.next;
  return Step::kGo;
}

// Takes one more item (more where the pattern cannot go on behind it).
template <class C>
bool Matcher<C>::resume_min_repeat_one(Entry& e) {
  const Instruction& in = code_[e.instruction];
  const Instruction& item = code_[e.instruction + 1];
  const Instruction& tail = code_[in.next];
  bool literal = tail.op == Op::kLiteral && tail.fold == Fold::kNone;
  const C* p = begin_ + e.position;
  while (true) {
    if ((in.b != kMaxRepeat && e.x >= static_cast<ssize>(in.b)) || p >= end_ || !unit_matches(item, *p)) return false;
    p++;
    e.x++;
    if (!literal || (p < end_ && *p == tail.a)) break;
  }
  e.position = p - begin_;
  p_ = p;
  pc_ = in.next;
  return true;
}

// Undoes entries until one offers another way.
template <class C>
typename Matcher<C>::Step Matcher<C>::backtrack() {
  while (s_.stack.size() > 0) {
    Entry& top = s_.stack.top();
    switch (top.kind) {
      case Kind::kAlternative: {
        restore_captures(top);
        p_ = begin_ + top.position;
        uint32_t pc = top.instruction;
        s_.stack.pop();
        Step step = first_alternative(pc);
        if (step != Step::kFail) return step;
        continue;
      }
      case Kind::kRepeatOne:
        restore_captures(top);
        if (top.x > top.position && resume_repeat_one(top)) {
          if (top.x == top.position) s_.stack.pop();
          return Step::kGo;
        }
        break;
      case Kind::kMinRepeatOne:
        restore_captures(top);
        if (resume_min_repeat_one(top)) return Step::kGo;
        break;
      case Kind::kMaxUntil: {
        Entry e = top;
        restore_captures(e);
        s_.stack.pop();
        RepeatNode& n = s_.repeats[static_cast<size_t>(e.x)];
        n.count--;
        n.last = e.y;
        repeat_ = e.x;
        p_ = begin_ + e.position;
        return leave_repeat(e.x);
      }
      case Kind::kMinUntil: {
        Entry e = top;
        restore_captures(e);
        s_.stack.pop();
        RepeatNode& n = s_.repeats[static_cast<size_t>(e.x)];
        const Instruction& repeat = code_[n.instruction];
        repeat_ = e.x;
        if ((n.count + 1 >= static_cast<ssize>(repeat.b) && repeat.b != kMaxRepeat) || e.position == n.last) continue;
        p_ = begin_ + e.position;
        if (!push(Kind::kMinBody, 0, p_, e.x, n.last)) return Step::kError;
        n.count++;
        n.last = e.position;
        pc_ = n.instruction + 1;
        return Step::kGo;
      }
      case Kind::kNewRepeat:
        repeat_ = top.x;
        s_.repeats.resize_down(static_cast<size_t>(top.y));
        break;
      case Kind::kLeftRepeat: repeat_ = top.x; break;
      case Kind::kCount: s_.repeats[static_cast<size_t>(top.x)].count--; break;
      case Kind::kMinBody:
        s_.repeats[static_cast<size_t>(top.x)].count--;
        s_.repeats[static_cast<size_t>(top.x)].last = top.y;
        break;
      case Kind::kBarrier: {
        // The body has failed.
        Entry e = top;
        s_.stack.pop();
        barrier_ = e.x;
        const Instruction& in = code_[e.instruction];
        if (in.op == Op::kAssertNot || (in.op == Op::kPossessive && e.y >= static_cast<ssize>(in.a))) {
          restore_captures(e);
          p_ = begin_ + e.position;
          pc_ = in.next;
          return Step::kGo;
        }
        continue;
      }
    }
    s_.stack.pop();
  }
  return Step::kDone;
}

// Whole because it is the matcher's dispatch loop.
template <class C>
Outcome Matcher<C>::run(ssize where) {
  s_.stack.resize_down(0);
  s_.repeats.resize_down(0);
  s_.changes.resize_down(0);
  p_ = begin_ + where;
  const C* start = p_;
  pc_ = 0;
  unsigned ticks = 0;
  while (true) {
    const Instruction& in = code_[pc_];
    Step step = Step::kGo;
    switch (in.op) {
      case Op::kLiteral:
        if (p_ >= end_ || !literal_matches(in, *p_)) {
          step = Step::kFail;
          break;
        }
        p_++;
        pc_++;
        continue;
      case Op::kSet:
      case Op::kNotLiteral:
      case Op::kAny:
      case Op::kAnyAll:
      case Op::kCategory:
        if (p_ >= end_ || !unit_matches(in, *p_)) {
          step = Step::kFail;
          break;
        }
        p_++;
        pc_++;
        continue;
      case Op::kMark:
        if (!set_mark(in.a, p_)) step = Step::kError;
        pc_++;
        break;
      case Op::kJump: pc_ = in.next; continue;
      case Op::kAt:
        if (!at_matches(static_cast<At>(in.a), p_)) step = Step::kFail;
        pc_++;
        break;
      case Op::kBranch: step = first_alternative(pc_); break;
      case Op::kRepeatOne: step = repeat_one(in, pc_); break;
      case Op::kMinRepeatOne: step = min_repeat_one(in, pc_); break;
      case Op::kPossessiveOne: {
        const C* stop = end_ < p_ ? p_ : run_end(code_[pc_ + 1], p_, in.b);
        if (end_ < p_ || stop - p_ < static_cast<ssize>(in.a)) step = Step::kFail;
        p_ = stop;
        pc_ = in.next;
        break;
      }
      case Op::kRepeat: {
        RepeatNode* n = s_.repeats.push();
        if (!n || !push(Kind::kNewRepeat, 0, p_, repeat_, static_cast<ssize>(s_.repeats.size()) - 1)) {
          step = Step::kError;
          break;
        }
        *n = {repeat_, pc_, -1, -1};
        repeat_ = static_cast<ssize>(s_.repeats.size()) - 1;
        pc_ = in.next;
        break;
      }
      case Op::kMaxUntil:
      case Op::kMinUntil: step = iterate_or_leave(pc_); break;
      case Op::kAssert:
      case Op::kAssertNot:
        if (static_cast<size_t>(p_ - begin_) < in.a) {
          // There is nothing that far back.
          if (in.op == Op::kAssert) step = Step::kFail;
          pc_ = in.next;
        } else {
          if (!enter_body(pc_, p_, 0)) step = Step::kError;
          p_ -= in.a;
          pc_++;
        }
        break;
      case Op::kAtomic:
      case Op::kPossessive:
        if (in.op == Op::kPossessive && in.b == 0) {
          pc_ = in.next;
          break;
        }
        if (!enter_body(pc_, p_, 0)) step = Step::kError;
        pc_++;
        break;
      case Op::kGroupRef:
        if (const C* after = group_end(in, p_)) {
          p_ = after;
          pc_++;
        } else {
          step = Step::kFail;
        }
        break;
      case Op::kGroupRefExists: {
        ssize from, to;
        s_.group_span(static_cast<ssize>(in.a) + 1, &from, &to);
        pc_ = from < 0 || to < from ? in.next : pc_ + 1;
        break;
      }
      case Op::kSuccess:
        if (barrier_ >= 0) {
          step = body_matched();
        } else if ((whole_ && p_ != end_) || (s_.must_advance && p_ == start)) {
          step = Step::kFail;
        } else {
          s_.at = p_ - begin_;
          return Outcome::kYes;
        }
        break;
      default: step = Step::kFail;
    }
    if (step == Step::kFail) step = backtrack();
    if (step == Step::kDone) return Outcome::kNo;
    if (step == Step::kError) {
      raise_no_memory();
      return Outcome::kError;
    }
    if ((++ticks & 0xfff) == 0 && !check_signals()) return Outcome::kError;
  }
}

}  // namespace

// ---- State
// -------------------------------------------------------------------------------------------------------------------------

State::~State() { memory::mem_free(marks); }

Status State::init(const Program* p, ssize groups, bool pattern_is_text, bool pattern_is_bytes, Object* subject,
                   ssize from, ssize to) {
  program = p;
  marks = static_cast<ssize*>(memory::mem_alloc(static_cast<size_t>(2 * groups + 1) * sizeof(ssize)));
  if (!marks) return raise_no_memory_error();
  ssize length;
  if (is_str(subject)) {
    Str* s = cast<Str>(subject);
    data = str_data(s);
    length = s->length;
    width = str_kind(s);
  } else {
    if (!object_has_buffer(subject) || !buffer.get(subject)) {
      error_clear();
      return raise(TypeError, "expected string or bytes-like object, got '{:.200}'", type_name(subject));
    }
    data = buffer.data();
    length = buffer.size();
    is_bytes = true;
  }
  if (is_bytes && pattern_is_text) return raise(TypeError, "cannot use a string pattern on a bytes-like object");
  if (!is_bytes && pattern_is_bytes) return raise(TypeError, "cannot use a bytes pattern on a string-like object");
  string = share(subject);
  pos = start = at = std::clamp<ssize>(from, 0, length);
  endpos = std::clamp<ssize>(to, 0, length);
  return kOk;
}

void State::group_span(ssize group, ssize* from, ssize* to) const {
  ssize i = 2 * (group - 1);
  if (i + 1 <= lastmark && marks[i] >= 0 && marks[i + 1] >= 0) {
    *from = marks[i];
    *to = marks[i + 1];
  } else {
    *from = *to = -1;
  }
}

template <class C>
Outcome State::match_at(ssize where, bool whole) {
  reset_marks();
  // The start may lie behind the end; then there is nothing but empty matches, which do not care.
  ssize least = static_cast<ssize>(program->min_width);
  if (least > 0 && endpos - where < least) return Outcome::kNo;
  start = where;
  return Matcher<C>(*this, whole).run(where);
}

namespace {

// The next position from `at` to `last` where a match may begin, by the literal prefix or the first character; -1:
// none.
template <class C>
ssize next_candidate(const Program& p, const C* text, ssize at, ssize last, ssize end, const C* prefix) {
  if (!p.prefix.empty()) {
    ssize n = static_cast<ssize>(p.prefix.size());
    ssize i = find_in(text + at, std::min(end, last + n) - at, prefix, n);
    return i < 0 ? -1 : at + i;
  }
  if (p.has_first) {
    for (; at <= last && at < end; at++) {
      char32_t c = text[at];
      if (c < 256 ? bit_of(p.first, c) : p.first_high && (!p.first_words || in_set(&p.code[p.first_words], c)))
        return at;
    }
    return -1;
  }
  return at <= last ? at : -1;
}

}  // namespace

template <class C>
Outcome State::search_from() {
  const Program& p = *program;
  const C* text = static_cast<const C*>(data);
  ssize last = endpos - static_cast<ssize>(p.min_width);
  if (start > endpos || start > last) return Outcome::kNo;
  // The prefix in the subject's width; a character that does not fit cannot be found.
  C prefix_small[32];
  std::vector<C> prefix_large;
  C* prefix = prefix_small;
  if (p.prefix.size() > std::size(prefix_small)) {
    prefix_large.resize(p.prefix.size());
    prefix = prefix_large.data();
  }
  for (size_t i = 0; i < p.prefix.size(); i++) {
    prefix[i] = static_cast<C>(p.prefix[i]);
    if (prefix[i] != p.prefix[i]) return Outcome::kNo;
  }
  if (p.at_start_only) return start > 0 ? Outcome::kNo : match_at<C>(start, false);
  ssize where = start;
  while ((where = next_candidate(p, text, where, last, endpos, prefix)) >= 0) {
    if (p.is_literal) {
      reset_marks();
      start = where;
      at = where + static_cast<ssize>(p.prefix.size());
      return Outcome::kYes;
    }
    // Only the first position of the search has to be left.
    if (where != start) must_advance = false;
    ssize origin = start;
    Outcome outcome = match_at<C>(where, false);
    if (outcome != Outcome::kNo) return outcome;
    start = origin;
    must_advance = false;
    if (++where > last) break;
  }
  return Outcome::kNo;
}

Outcome State::match(bool whole) {
  switch (width) {
    case 1: return match_at<Char1>(start, whole);
    case 2: return match_at<Char2>(start, whole);
    default: return match_at<Char4>(start, whole);
  }
}

Outcome State::search() {
  switch (width) {
    case 1: return search_from<Char1>();
    case 2: return search_from<Char2>();
    default: return search_from<Char4>();
  }
}

}  // namespace minipy::sre
