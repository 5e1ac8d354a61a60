// Names and places of functions, found once for each: what events say about where they happen.
#pragma once

#include <deque>
#include <string_view>
#include <unordered_map>

#include "stdlib/minipy/run_events.h"
#include "vm/frame.h"

namespace minipy {

// The code of files in this folder is hidden from recorders: the package minipy's own.
void functions_leave_out(std::string_view folder);

class FunctionTable {
 public:
  // Reads memory only. The pointers stay valid as long as the table.
  const FunctionFacts* of_code(Code* code);
  const FunctionFacts* of_native(Object* callable);
  // The address may come back as another code's.
  void forget(CodeRuntime* runtime) {
    codes_.erase(runtime);
    if (last_runtime_ == runtime) last_runtime_ = nullptr;
  }

 private:
  FunctionFacts* add(bool native, std::string name);
  const FunctionFacts* of_method(const MethodDef* def, const Type* owner, Object* module);

  std::deque<FunctionFacts> all_;
  std::unordered_map<CodeRuntime*, const FunctionFacts*> codes_;
  CodeRuntime* last_runtime_ = nullptr;
  const FunctionFacts* last_facts_ = nullptr;
  struct Native {
    std::string owner_name;  // whose address may be another's by now
    const FunctionFacts* facts;
  };
  std::unordered_map<const void*, Native> natives_;  // by MethodDef or Type
};

}  // namespace minipy
