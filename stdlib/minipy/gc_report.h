// Writers of recorded collections: a table and a text for people, JSON, DOT, and a page for a browser.
#pragma once

#include "stdlib/minipy/gc_recorder.h"
#include "stdlib/minipy/json_writer.h"
#include "stdlib/minipy/output_sink.h"

namespace minipy {

// A line per collection; before the first the head of the table. With details the steps of the collection follow it.
class GcTable {
 public:
  explicit GcTable(OutputSink& sink) : sink_(sink) {}
  void write(const GcRecord& record);
  // The sums, under the table.
  void finish();

 private:
  void head();
  OutputSink& sink_;
  int64_t first_start_ = 0;
  ssize rows_ = 0;
  bool details_between_ = false;
  ssize collections_[kGcGenerations] = {}, collected_ = 0, uncollectable_ = 0;
  int64_t nanoseconds_ = 0;
};

// One object (docs/views/gc.md names the fields).
void gc_write_json(JsonWriter& json, const GcRecord& record);

// A graph of the garbage of all collections that were recorded with `graph`: a document, whole at any time.
class GcDot {
 public:
  explicit GcDot(OutputSink& sink);
  ~GcDot();
  void write(const GcRecord& record);
  void finish();

 private:
  OutputSink& sink_;
  std::string text_;
};

// A self-contained page: timeline of generations, thresholds and heap size, and the details of each collection.
class GcPage {
 public:
  GcPage(OutputSink& sink, const std::string& title);
  void write(const GcRecord& record);
  void finish();

 private:
  OutputSink& sink_;
  JsonWriter json_;
};

}  // namespace minipy
