// The lines of source files, for views that are shown when the program may be gone.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace minipy {

class Sources {
 public:
  // What `minipy -c` was given: the lines of "<string>".
  void set_command(std::string code) { command_ = std::move(code); }
  // Without line ends; none when the file cannot be read.
  const std::vector<std::string>& lines(const std::string& file);

 private:
  std::string command_;
  std::map<std::string, std::vector<std::string>> files_;
};

}  // namespace minipy
