#include "stdlib/minipy/table_text.h"

#include <fmt/format.h>

namespace minipy {

void TableText::line(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  sink_.write(text + "\n");
}

void TableText::title(const char* text) {
  line("");
  line(text);
}

void TableText::more(size_t rows) {
  if (shown(rows) < rows) line(fmt::format("{:>9} rows more (--limit 0 shows all)", rows - shown(rows)));
}

}  // namespace minipy
