// Checking and translating the code words of a pattern.
#include "stdlib/_sre/program.h"

#include <algorithm>
#include <memory>

#include "runtime/error.h"
#include "runtime/thread_state.h"

namespace minipy::sre {
namespace {

class Translator {
 public:
  Translator(Program* p, size_t groups) : p_(*p), groups_(groups) {}

  // Failed without an exception: invalid code.
  Status run() {
    size_t size = p_.code.size(), at = 0;
    if (size == 0 || word(size - 1) != Word::kSuccess) return invalid();
    if (word(0) == Word::kInfo) {
      if (size < 5 || !skip_ok(1, size, 4) || !read_info(1)) return invalid();
      at = 1 + p_.code[1];
    }
    if (at > size - 1) return invalid();
    TRY(sequence(at, size - 1));
    emit({Op::kSuccess});
    return kOk;
  }

 private:
  static Status invalid() { return Status::failed(); }
  Word word(size_t i) const { return static_cast<Word>(p_.code[i]); }
  uint32_t here() const { return static_cast<uint32_t>(p_.instructions.size()); }
  uint32_t emit(Instruction i) {
    p_.instructions.push_back(i);
    return here() - 1;
  }

  // The skip word at index `at` reaches at least `least` words on and not beyond end.
  bool skip_ok(size_t at, size_t end, size_t least) const {
    return at < end && p_.code[at] >= least && p_.code[at] <= end - at;
  }

  // <INFO> <skip> <flags> <min> <max> [prefix]
  bool read_info(size_t at) {
    size_t end = at + p_.code[at];
    Code flags = p_.code[at + 1];
    constexpr Code kPrefix = 1, kLiteral = 2, kCharset = 4;
    if ((flags & ~(kPrefix | kLiteral | kCharset)) || ((flags & kPrefix) && (flags & kCharset))) return false;
    if ((flags & kLiteral) && !(flags & kPrefix)) return false;
    p_.min_width = p_.code[at + 2];
    if (flags & kPrefix) {
      if (end - at < 6) return false;
      size_t length = p_.code[at + 4];
      if (length == 0 || length > (end - at - 6) / 2 || 2 * length != end - at - 6) return false;
      p_.prefix.assign(p_.code.begin() + static_cast<ssize>(at) + 6,
                       p_.code.begin() + static_cast<ssize>(at + 6 + length));
      p_.is_literal = flags & kLiteral;
    }
    if (flags & kCharset) {
      bool locale = false;
      if (!check_set(at + 4, end, &locale)) return false;
      if (!locale) p_.first_words = static_cast<uint32_t>(at + 4);
    }
    return true;
  }

  // Instructions of code[at, end).
  Status sequence(size_t at, size_t end) {
    RecursionGuard guard(" during regular expression compilation");
    if (!guard) return kRaised;
    while (at < end) at = TRY(one(at, end));
    return kOk;
  }

  // Translates one instruction; where the next one is.
  Maybe<size_t> one(size_t at, size_t end) {
    Word w = word(at++);
    switch (w) {
      case Word::kFailure: emit({Op::kFailure}); return at;
      case Word::kSuccess: emit({Op::kSuccess}); return at;
      case Word::kAny: emit({Op::kAny}); return at;
      case Word::kAnyAll: emit({Op::kAnyAll}); return at;
      case Word::kLiteral: return operand(Op::kLiteral, Fold::kNone, at, end);
      case Word::kLiteralIgnore: return operand(Op::kLiteral, Fold::kAscii, at, end);
      case Word::kLiteralUniIgnore: return operand(Op::kLiteral, Fold::kUnicode, at, end);
      case Word::kLiteralLocIgnore: return operand(Op::kLiteral, Fold::kLocale, at, end);
      case Word::kNotLiteral: return operand(Op::kNotLiteral, Fold::kNone, at, end);
      case Word::kNotLiteralIgnore: return operand(Op::kNotLiteral, Fold::kAscii, at, end);
      case Word::kNotLiteralUniIgnore: return operand(Op::kNotLiteral, Fold::kUnicode, at, end);
      case Word::kNotLiteralLocIgnore: return operand(Op::kNotLiteral, Fold::kLocale, at, end);
      case Word::kCategory: return limited(Op::kCategory, kCategories, Fold::kNone, at, end);
      case Word::kAt: return limited(Op::kAt, kAtCodes, Fold::kNone, at, end);
      case Word::kMark: return limited(Op::kMark, 2 * groups_, Fold::kNone, at, end);
      case Word::kGroupRef: return limited(Op::kGroupRef, groups_, Fold::kNone, at, end);
      case Word::kGroupRefIgnore: return limited(Op::kGroupRef, groups_, Fold::kAscii, at, end);
      case Word::kGroupRefUniIgnore: return limited(Op::kGroupRef, groups_, Fold::kUnicode, at, end);
      case Word::kGroupRefLocIgnore: return limited(Op::kGroupRef, groups_, Fold::kLocale, at, end);
      case Word::kIn: return set(Fold::kNone, at, end);
      case Word::kInIgnore: return set(Fold::kAscii, at, end);
      case Word::kInUniIgnore: return set(Fold::kUnicode, at, end);
      case Word::kInLocIgnore: return set(Fold::kLocale, at, end);
      case Word::kBranch: return branch(at, end);
      case Word::kAssert: return block(Op::kAssert, 1, at, end);
      case Word::kAssertNot: return block(Op::kAssertNot, 1, at, end);
      case Word::kAtomicGroup: return block(Op::kAtomic, 0, at, end);
      case Word::kRepeatOne: return repeat_one(Op::kRepeatOne, at, end);
      case Word::kMinRepeatOne: return repeat_one(Op::kMinRepeatOne, at, end);
      case Word::kPossessiveRepeatOne: return repeat_one(Op::kPossessiveOne, at, end);
      case Word::kRepeat:
      case Word::kPossessiveRepeat: return repeat(w == Word::kPossessiveRepeat, at, end);
      case Word::kGroupRefExists: return conditional(at, end);
      default: return kRaised;
    }
  }

  Maybe<size_t> operand(Op op, Fold fold, size_t at, size_t end) {
    if (at >= end) return kRaised;
    emit({op, fold, 0, p_.code[at]});
    return at + 1;
  }
  Maybe<size_t> limited(Op op, size_t limit, Fold fold, size_t at, size_t end) {
    if (at >= end || p_.code[at] >= limit) return kRaised;
    return operand(op, fold, at, end);
  }

  // ---- Sets

  // Are the words of a set well formed? Sets *locale when it depends on the locale.
  bool check_set(size_t at, size_t end, bool* locale) const {
    while (at < end) {
      size_t left = end - at - 1;
      switch (word(at++)) {
        case Word::kFailure: return at == end;
        case Word::kNegate: continue;
        case Word::kLiteral:
          if (left < 1) return false;
          at += 1;
          continue;
        case Word::kCategory:
          if (left < 1 || p_.code[at] >= kCategories) return false;
          *locale = *locale || p_.code[at] == 8 || p_.code[at] == 9;
          at += 1;
          continue;
        case Word::kRange:
        case Word::kRangeUniIgnore:
          if (left < 2) return false;
          at += 2;
          continue;
        case Word::kCharset:
          if (left < 8) return false;
          at += 8;
          continue;
        case Word::kBigCharset: {
          if (left < 65) return false;
          size_t blocks = p_.code[at++];
          const unsigned char* map = reinterpret_cast<const unsigned char*>(&p_.code[at]);
          if (std::any_of(map, map + 256, [&](unsigned char b) { return b >= blocks; })) return false;
          at += 64;
          if (blocks > (end - at) / 8) return false;
          at += 8 * blocks;
          continue;
        }
        default: return false;
      }
    }
    return false;
  }

  Maybe<size_t> set(Fold fold, size_t at, size_t end) {
    if (!skip_ok(at, end, 2)) return kRaised;
    size_t stop = at + p_.code[at];
    bool locale = fold == Fold::kLocale;
    if (!check_set(at + 1, stop, &locale)) return kRaised;
    Set s{{}, !locale, static_cast<uint32_t>(at + 1)};
    for (char32_t c = 0; c < 256 && !locale; c++) {
      char32_t folded = fold == Fold::kAscii ? ascii_lower(c) : fold == Fold::kUnicode ? unicode_lower(c) : c;
      if (in_set(&p_.code[at + 1], folded)) s.low[c >> 6] |= uint64_t{1} << (c & 63);
    }
    p_.sets.push_back(s);
    emit({Op::kSet, fold, 0, 0, 0, 0, static_cast<int32_t>(p_.sets.size()) - 1});
    return stop;
  }

  // ---- Blocks

  // <op> <skip> [operands] body <SUCCESS>
  Maybe<size_t> block(Op op, size_t operands, size_t at, size_t end) {
    if (!skip_ok(at, end, 2 + operands)) return kRaised;
    size_t stop = at + p_.code[at];
    if (word(stop - 1) != Word::kSuccess) return kRaised;
    uint32_t i = emit({op, Fold::kNone, 0, operands ? p_.code[at + 1] : 0});
    TRY(sequence(at + 1 + operands, stop - 1));
    emit({Op::kSuccess});
    p_.instructions[i].next = here();
    return stop;
  }

  // <op> <skip> <min> <max> item <SUCCESS>
  Maybe<size_t> repeat_one(Op op, size_t at, size_t end) {
    if (!skip_ok(at, end, 5)) return kRaised;
    size_t stop = at + p_.code[at];
    if (word(stop - 1) != Word::kSuccess || p_.code[at + 1] > p_.code[at + 2]) return kRaised;
    uint32_t i = emit({op, Fold::kNone, 0, p_.code[at + 1], p_.code[at + 2]});
    TRY(sequence(at + 3, stop - 1));
    if (here() != i + 2) return kRaised;
    switch (p_.instructions[i + 1].op) {
      case Op::kAny:
      case Op::kAnyAll:
      case Op::kLiteral:
      case Op::kNotLiteral:
      case Op::kSet: break;
      default: return kRaised;
    }
    p_.instructions[i].next = here();
    return stop;
  }

  // <REPEAT> <skip> <min> <max> body <UNTIL>, <POSSESSIVE_REPEAT> ... body <SUCCESS>
  Maybe<size_t> repeat(bool possessive, size_t at, size_t end) {
    if (!skip_ok(at, end, 3)) return kRaised;
    size_t stop = at + p_.code[at];
    if (stop >= end || p_.code[at + 1] > p_.code[at + 2]) return kRaised;
    Word last = word(stop);
    uint32_t i = emit({possessive ? Op::kPossessive : Op::kRepeat, Fold::kNone, 0, p_.code[at + 1], p_.code[at + 2]});
    TRY(sequence(at + 3, stop));
    if (possessive) {
      if (last != Word::kSuccess) return kRaised;
      emit({Op::kSuccess});
      p_.instructions[i].next = here();
    } else {
      if (last != Word::kMaxUntil && last != Word::kMinUntil) return kRaised;
      p_.instructions[i].next =
          emit({last == Word::kMaxUntil ? Op::kMaxUntil : Op::kMinUntil, Fold::kNone, 0, 0, 0, i});
    }
    return stop + 1;
  }

  // <BRANCH> (<skip> body <JUMP> <to the end>)* <0: end>
  Maybe<size_t> branch(size_t at, size_t end) {
    std::vector<uint32_t> jumps;
    uint32_t previous = 0;
    size_t target = 0;
    while (true) {
      if (at >= end) return kRaised;
      if (p_.code[at] == 0) break;
      if (!skip_ok(at, end, 3)) return kRaised;
      size_t stop = at + p_.code[at];
      if (word(stop - 2) != Word::kJump || p_.code[stop - 1] > end - (stop - 1)) return kRaised;
      size_t to = stop - 1 + p_.code[stop - 1];
      if (target && to != target) return kRaised;
      target = to;
      uint32_t i = emit({Op::kBranch});
      if (previous) p_.instructions[previous - 1].next = i;
      previous = i + 1;
      TRY(sequence(at + 1, stop - 2));
      jumps.push_back(emit({Op::kJump}));
      at = stop;
    }
    if (jumps.empty() || target != at + 1) return kRaised;
    for (uint32_t j : jumps) p_.instructions[j].next = here();
    return at + 1;
  }

  // <GROUPREF_EXISTS> <group> <skip> yes [<JUMP> <skip> no]; the first skip counts from the group.
  Maybe<size_t> conditional(size_t at, size_t end) {
    if (end - at < 2 || p_.code[at] >= groups_ || p_.code[at + 1] < 2 || p_.code[at + 1] > end - at) return kRaised;
    size_t otherwise = at + p_.code[at + 1];
    uint32_t i = emit({Op::kGroupRefExists, Fold::kNone, 0, p_.code[at]});
    size_t yes = at + 2;
    // A jump right before the other alternative belongs to this instruction, if it leads forward from there.
    if (otherwise >= yes + 2 && word(otherwise - 2) == Word::kJump && p_.code[otherwise - 1] >= 1 &&
        p_.code[otherwise - 1] <= end - (otherwise - 1) && ends_with_jump(yes, otherwise)) {
      size_t stop = otherwise - 1 + p_.code[otherwise - 1];
      TRY(sequence(yes, otherwise - 2));
      uint32_t jump = emit({Op::kJump});
      p_.instructions[i].next = here();
      TRY(sequence(otherwise, stop));
      p_.instructions[jump].next = here();
      return stop;
    }
    TRY(sequence(yes, otherwise));
    p_.instructions[i].next = here();
    return otherwise;
  }

  // Is code[end-2] an instruction of its own in code[at, end), and not the operand of another?
  bool ends_with_jump(size_t at, size_t end) {
    while (at < end - 2) {
      switch (word(at)) {
        case Word::kFailure:
        case Word::kSuccess:
        case Word::kAny:
        case Word::kAnyAll: at += 1; break;
        case Word::kLiteral:
        case Word::kNotLiteral:
        case Word::kLiteralIgnore:
        case Word::kNotLiteralIgnore:
        case Word::kLiteralUniIgnore:
        case Word::kNotLiteralUniIgnore:
        case Word::kLiteralLocIgnore:
        case Word::kNotLiteralLocIgnore:
        case Word::kAt:
        case Word::kCategory:
        case Word::kMark:
        case Word::kGroupRef:
        case Word::kGroupRefIgnore:
        case Word::kGroupRefUniIgnore:
        case Word::kGroupRefLocIgnore: at += 2; break;
        case Word::kBranch:
          for (at += 1; at < end && p_.code[at]; at += p_.code[at]) {
          }
          at += 1;
          break;
        case Word::kRepeat:
        case Word::kPossessiveRepeat: at += 2 + static_cast<size_t>(p_.code[at + 1]); break;
        case Word::kGroupRefExists: {
          size_t otherwise = at + 1 + p_.code[at + 2];
          if (otherwise > end) return false;
          if (otherwise >= at + 5 && word(otherwise - 2) == Word::kJump && ends_with_jump(at + 3, otherwise)) {
            otherwise += p_.code[otherwise - 1] - 1;
          }
          at = otherwise;
          break;
        }
        default:  // <op> <skip> ...
          at += 1 + static_cast<size_t>(p_.code[at + 1]);
      }
    }
    return at == end - 2;
  }

  Program& p_;
  size_t groups_;
};

// ---- What a match can begin with
// ---------------------------------------------------------------------------------------------

class FirstFinder {
 public:
  explicit FirstFinder(Program* p) : p_(*p) {}

  void run() {
    const Instruction* first = p_.instructions.data();
    while (first->op == Op::kMark) first++;
    p_.at_start_only = first->op == Op::kAt && (first->a == static_cast<Code>(At::kBeginning) ||
                                                first->a == static_cast<Code>(At::kBeginningString));
    p_.has_first = visit(0) && steps_ < kLimit;
    if (p_.first_words) intersect(&p_.code[p_.first_words]);
  }

 private:
  static constexpr int kLimit = 400;

  void add(char32_t c) {
    if (c < 256) {
      p_.first[c >> 6] |= uint64_t{1} << (c & 63);
    } else {
      p_.first_high = true;
    }
  }

  void intersect(const Code* words) {
    if (!p_.has_first) {
      p_.has_first = p_.first_high = true;
      std::fill(p_.first, p_.first + 4, ~uint64_t{0});
    }
    for (char32_t c = 0; c < 256; c++) {
      if (!in_set(words, c)) p_.first[c >> 6] &= ~(uint64_t{1} << (c & 63));
    }
  }

  // Adds what the paths from instruction i on can begin with; false: nothing is known, or a path may match without
  // consuming a character.
  bool visit(uint32_t i) {
    while (true) {
      if (++steps_ > kLimit) return false;
      const Instruction& in = p_.instructions[i];
      switch (in.op) {
        case Op::kMark:
        case Op::kAt: i++; continue;
        case Op::kJump: i = in.next; continue;
        case Op::kFailure: return true;
        case Op::kAssert:
        case Op::kAssertNot: i = in.next; continue;
        case Op::kAtomic: return visit(i + 1);
        case Op::kBranch:
          if (!visit(i + 1)) return false;
          if (!in.next) return true;
          i = in.next;
          continue;
        case Op::kRepeatOne:
        case Op::kMinRepeatOne:
        case Op::kPossessiveOne:
          if (in.b == 0) {
            i = in.next;
            continue;
          }
          if (!unit(p_.instructions[i + 1])) return false;
          if (in.a > 0) return true;
          i = in.next;
          continue;
        case Op::kRepeat:
        case Op::kPossessive:
          if (in.a == 0) return false;
          i++;
          continue;
        default: return unit(in);
      }
    }
  }

  bool unit(const Instruction& in) {
    switch (in.op) {
      case Op::kLiteral:
        if (in.fold == Fold::kLocale) return false;
        for (char32_t c = 0; c < 256; c++) {
          char32_t folded = in.fold == Fold::kAscii ? ascii_lower(c) : in.fold == Fold::kUnicode ? unicode_lower(c) : c;
          if (folded == in.a) add(c);
        }
        if (in.a >= 256 || in.fold == Fold::kUnicode) p_.first_high = true;
        return true;
      case Op::kSet: {
        const Set& s = p_.sets[static_cast<size_t>(in.set)];
        if (!s.has_bitmap) return false;
        for (int k = 0; k < 4; k++) p_.first[k] |= s.low[k];
        p_.first_high = true;
        return true;
      }
      default: return false;
    }
  }

  Program& p_;
  int steps_ = 0;
};

}  // namespace

Program* translate(const Code* code, size_t size, size_t groups) {
  auto program = std::make_unique<Program>();
  program->code.assign(code, code + size);
  if (!Translator(program.get(), groups).run()) {
    if (error_pending()) return nullptr;
    return raise(RuntimeError, "invalid SRE code");
  }
  FirstFinder(program.get()).run();
  return program.release();
}

}  // namespace minipy::sre
