#include "stdlib/tuple_arguments.h"

#include <climits>

#include "runtime/error.h"

namespace minipy {

Status check_count(const char* function, VarArgs args, ssize least, ssize most) {
  if (args.size >= least && args.size <= most) return kOk;
  const char* how = least == most ? "exactly" : args.size < least ? "at least" : "at most";
  ssize wanted = args.size < least ? least : most;
  return raise(TypeError, "{}{} takes {} {} argument{} ({} given)", function ? function : "function",
               function ? "()" : "", how, wanted, wanted == 1 ? "" : "s", args.size);
}

Maybe<int> int_argument(Object* p) {
  long v = TRY(bind::to_long(p));
  if (v > INT_MAX) return raise(OverflowError, "signed integer is greater than maximum");
  if (v < INT_MIN) return raise(OverflowError, "signed integer is less than minimum");
  return static_cast<int>(v);
}

}  // namespace minipy
