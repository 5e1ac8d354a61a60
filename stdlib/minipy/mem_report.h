// What `minipy mem` shows of a recorded program: tables, or JSON lines (fields: docs/views/mem.md).
#pragma once

#include "stdlib/minipy/mem_recorder.h"
#include "stdlib/minipy/output_sink.h"

namespace minipy::mem {

struct ReportOptions {
  size_t limit = 20;     // rows of a table; 0: all
  bool library = false;  // tell the lines of library code apart
};

void write_text(const Recorder& recorder, const ReportOptions& options, Sources& sources, OutputSink& sink);
void write_json(const Recorder& recorder, OutputSink& sink);

}  // namespace minipy::mem
