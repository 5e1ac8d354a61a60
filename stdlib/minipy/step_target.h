// The recorder inside the process whose program is watched: obeys the orders of the viewing process.
//
// The two share memory (step_format.h) and a socket, over which single bytes go: from the target 's' (stopped), 'a' (an
// answer is there); to the target 'g' (go on by the orders), 'e' (evaluate the expression in the innermost frame), 'd'
// (go on unwatched). A process that the program forks is not watched.
#pragma once

#include <string>

#include "stdlib/minipy/step_recorder.h"

namespace minipy::step {

class Target : public Recorder {
 public:
  // `socket`: -1 when nobody gives orders.
  Target(Shared* shared, int socket, std::string library, std::string program)
      : Recorder(shared, std::move(library), std::move(program)), socket_(socket) {}
  // From here on instructions are recorded.
  void install();
  void uninstall();

 protected:
  void recorded(ThreadShadow& thread, FrameShadow& frame, int unit) override;
  bool wait_for_reader() override;

 private:
  struct Watched {
    uint64_t frame = 0;
    const Object* object = nullptr;
    uint64_t digest = 0;
    ssize count = 0;
    bool known = false;
  };
  void stop(ThreadShadow& thread, FrameShadow& frame, Stopped why, uint32_t number);
  // Of the first breakpoint that applies and whose condition holds; 0: none.
  uint32_t breakpoint_hit(FrameShadow& frame, const struct Facts& facts);
  uint32_t watch_hit(FrameShadow& frame);
  // Runs the program's code: what it does is done. Null text in `answer` asks for the truth of the value only.
  bool evaluate(FrameShadow& frame, const char* expression, std::string* answer, bool* failed);
  void give_up();
  static void after_fork_in_child();

  const int socket_;
  bool started_ = false;
  uint64_t steps_done_ = 0;
  Watched watched_[kMaxWatches];
  uint32_t watched_version_ = 0;
};

}  // namespace minipy::step
