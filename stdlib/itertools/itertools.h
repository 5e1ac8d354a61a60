// The types of itertools, by file.
#pragma once

#include "runtime/type.h"

namespace minipy {

// infinite.cc
extern Type itertools_count_type, itertools_cycle_type, itertools_repeat_type;
// filtering.cc
extern Type itertools_compress_type, itertools_dropwhile_type, itertools_takewhile_type, itertools_filterfalse_type,
    itertools_islice_type, itertools_starmap_type;
// joining.cc
extern Type itertools_accumulate_type, itertools_chain_type, itertools_zip_longest_type, itertools_pairwise_type;
// combinatoric.cc
extern Type itertools_product_type, itertools_combinations_type, itertools_replacement_type,
    itertools_permutations_type;
// groups.cc
extern Type itertools_groupby_type, itertools_grouper_type, itertools_tee_type, itertools_teedata_type;
Ref<Object> itertools_tee(Object* module, Object* iterable, ssize n);

// The items of a __setstate__ argument; TypeError "state is not a tuple", or about the number of items.
Status check_state(Object* state, ssize least, ssize most);

}  // namespace minipy
