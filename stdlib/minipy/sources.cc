#include "stdlib/minipy/sources.h"

#include <fstream>
#include <iterator>

namespace minipy {

const std::vector<std::string>& Sources::lines(const std::string& file) {
  auto [place, fresh] = files_.try_emplace(file);
  if (!fresh) return place->second;
  std::string text;
  if (file == "<string>") {
    text = command_;
  } else {
    std::ifstream in(file, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  std::string line;
  for (char c : text) {
    if (c == '\n') {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      place->second.push_back(std::move(line));
      line.clear();
    } else {
      line += c;
    }
  }
  if (!line.empty()) place->second.push_back(std::move(line));
  return place->second;
}

}  // namespace minipy
