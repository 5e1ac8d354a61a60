// Tables of reports as text: what `minipy mem` and `minipy intern` share.
#pragma once

#include <string>

#include "stdlib/minipy/output_sink.h"

namespace minipy {

struct TableOptions {
  size_t limit;          // rows of a table; 0: all
  bool library = false;  // tell apart what library code does
};

class TableText {
 public:
  TableText(const TableOptions& options, OutputSink& sink) : options_(options), sink_(sink) {}

  const TableOptions& options() const { return options_; }
  // Without the blanks at its end.
  void line(std::string text);
  // An empty line, then the title.
  void title(const char* text);
  // How many of `rows` are shown.
  size_t shown(size_t rows) const { return options_.limit && rows > options_.limit ? options_.limit : rows; }
  // Tells how many of `rows` are not.
  void more(size_t rows);
  void end() { sink_.end_record(); }

 private:
  TableOptions options_;
  OutputSink& sink_;
};

}  // namespace minipy
