#include <string_view>

#include "generated/gc_page.h"
#include "stdlib/minipy/gc_report.h"
#include "stdlib/minipy/html.h"

namespace minipy {

// The page comes first and each collection is a script of its own, so that a browser shows what there is of the file
// however the program ended.
GcPage::GcPage(OutputSink& sink, const std::string& title) : sink_(sink), json_(sink, {.in_script = true}) {
  constexpr std::string_view kMark = "@TITLE@";
  std::string_view page = gc_page_html;
  size_t mark = page.find(kMark);
  sink_.write(page.substr(0, mark));
  sink_.write(html_escaped(title));
  sink_.write(page.substr(mark + kMark.size()));
  sink_.end_record();
}

void GcPage::write(const GcRecord& record) {
  sink_.write("<script>add(");
  gc_write_json(json_, record);
  sink_.write(")</script>");
  json_.end_line();
}

void GcPage::finish() { sink_.end_record(); }

}  // namespace minipy
