// Switches of the command line that few places ask for; the rest is Interpreter::Config. Set once, at start-up.
#pragma once

namespace minipy {

struct StartFlags {
  int debug = 0;               // -d
  int interactive = 0;         // -i: how often
  bool frozen_modules = true;  // off: modules that are frozen come from their files (-X frozen_modules=off)
  bool import_time = false;    // -X importtime
  bool faulthandler = false;   // -X faulthandler
  int tracemalloc = 0;         // -X tracemalloc: frames of a trace, 0: off
};
extern StartFlags g_start_flags;

}  // namespace minipy
