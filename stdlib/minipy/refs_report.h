// Shows the history of reference counts that a recorder holds: as text for people, as JSON lines for tools.
// docs/views/refs.md describes both.
#pragma once

#include "stdlib/minipy/output_sink.h"
#include "stdlib/minipy/refs_recorder.h"
#include "stdlib/minipy/step_writers.h"

namespace minipy::refs {

// `limit`: how many changes of an object are shown (the first and the last ones); 0: all.
void write_text(const std::vector<Watched>& watched, Sources& sources, size_t limit, OutputSink& sink);
void write_json(const std::vector<Watched>& watched, OutputSink& sink);

}  // namespace minipy::refs
