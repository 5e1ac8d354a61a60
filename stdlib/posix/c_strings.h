// Arguments and environments of programs that are run.
#pragma once

#include <string>
#include <vector>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy::posix {

// Texts as a null-terminated array of C strings.
class CStrings {
 public:
  // A path-like object as the file system encodes it.
  Status add(Object* p);
  // The items of a sequence.
  Status add_all(Object* sequence);
  // "name=value" of the items of a mapping. ValueError: a name that is empty or holds '='.
  Status add_environment(Object* mapping);
  // Valid until something is added.
  char** array();
  bool empty() const { return text_.empty(); }
  const std::string& front() const { return text_.front(); }

 private:
  std::vector<std::string> text_;
  std::vector<char*> pointers_;
};

}  // namespace minipy::posix
