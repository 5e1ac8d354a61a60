#include "stdlib/minipy/step_writers.h"
namespace minipy::step {
void write_page(Reader&, const std::string&, Sources&, OutputSink&) {}
}  // namespace minipy::step
