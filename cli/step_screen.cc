#include "cli/step_session.h"
namespace minipy {
int run_step_screen(StepSession& session) { return run_step_lines(session, ""); }
}  // namespace minipy
