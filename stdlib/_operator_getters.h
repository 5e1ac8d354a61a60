// operator.itemgetter, attrgetter and methodcaller.
#pragma once

#include "runtime/type.h"

namespace minipy {

extern Type itemgetter_type, attrgetter_type, methodcaller_type;

}  // namespace minipy
