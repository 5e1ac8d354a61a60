// What the alternatives of the grammar are worth: see compiler/grammar.inc for the notation.
#pragma once

#include "compiler/diagnose.h"
#include "compiler/peg.h"

namespace minipy::peg {

// The index of an action by its name in the grammar; for the name of a node class, the action that makes an empty node,
// with the class appended to `arguments`. The name must be one of them.
int action_index(std::string_view name, std::vector<Action::Argument>* arguments);

// Performs it for an alternative that began at `start_mark`. Null: the rule fails (an exception may be pending).
Diagnoser::Value perform_action(Diagnoser& parser, const Action& action, const Diagnoser::Value* captures,
                                int start_mark);

}  // namespace minipy::peg
