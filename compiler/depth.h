// How deeply the compiler's own passes may recurse: three times the recursion limit of Python code, counted from where
// Python code is now, and never beyond the native stack.
#pragma once

#include "runtime/native_stack.h"

namespace minipy {

// For passes without a limit of their own, behind one that has it: true while native stack is left. False:
// RecursionError.
inline bool compiler_stack_left() { return native_stack_left(" during compilation"); }

// The count of one pass. A recursive function begins with
//   CompilerDepth::Level level(depth_);
//   if (!level) return false;
class CompilerDepth {
 public:
  CompilerDepth() {
    ThreadState* t = current_thread();
    depth_ = static_cast<long>(t->recursion_limit - t->recursion_remaining) * kScale;
    limit_ = static_cast<long>(t->recursion_limit) * kScale;
  }

  class Level {
   public:
    explicit Level(CompilerDepth& depth) : depth_(depth) {
      ok_ = ++depth.depth_ <= depth.limit_ ? compiler_stack_left() : raise_recursion_error(" during compilation");
    }
    ~Level() { depth_.depth_--; }
    Level(const Level&) = delete;
    explicit operator bool() const { return ok_; }

   private:
    CompilerDepth& depth_;
    bool ok_;
  };

 private:
  static constexpr int kScale = 3;
  long depth_;
  long limit_;
};

}  // namespace minipy
