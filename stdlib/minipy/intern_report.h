// What `minipy intern` shows of a recorded program: tables, or JSON lines (fields: docs/views/intern.md).
#pragma once

#include "stdlib/minipy/intern_recorder.h"
#include "stdlib/minipy/table_text.h"

namespace minipy::intern {

void write_text(const Recorder& recorder, const TableOptions& options, Sources& sources, OutputSink& sink);
void write_json(const Recorder& recorder, OutputSink& sink);

}  // namespace minipy::intern
