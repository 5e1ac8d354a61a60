// What `minipy intern` shows of a recorded program: tables, or JSON lines (fields: docs/views/intern.md).
#pragma once

#include "stdlib/minipy/intern_recorder.h"
#include "stdlib/minipy/output_sink.h"

namespace minipy::intern {

struct ReportOptions {
  size_t limit = 40;     // rows of a table; 0: all
  bool library = false;  // show what library code interns, too
};

void write_text(const Recorder& recorder, const ReportOptions& options, Sources& sources, OutputSink& sink);
void write_json(const Recorder& recorder, OutputSink& sink);

}  // namespace minipy::intern
