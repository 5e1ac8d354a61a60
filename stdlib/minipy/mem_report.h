// What `minipy mem` shows of a recorded program: tables, or JSON lines (fields: docs/views/mem.md).
#pragma once

#include "stdlib/minipy/mem_recorder.h"
#include "stdlib/minipy/table_text.h"

namespace minipy::mem {

void write_text(const Recorder& recorder, const TableOptions& options, Sources& sources, OutputSink& sink);
void write_json(const Recorder& recorder, OutputSink& sink);

}  // namespace minipy::mem
