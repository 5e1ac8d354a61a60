// The method cache, as sys sees it.
#pragma once

namespace minipy {

// Forgets all cached lookups and takes all version tags away (sys._clear_type_cache()): the names that the cache holds
// are given up.
void type_clear_cache();

}  // namespace minipy
