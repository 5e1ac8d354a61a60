// The module itertools.
#include "runtime/module.h"
#include "runtime/containers.h"
#include "stdlib/itertools/itertools.h"
#include "stdlib/native_type.h"

namespace minipy {

Status check_state(Object* state, ssize least, ssize most) {
  if (!is_tuple(state)) return raise(TypeError, "state is not a tuple");
  ssize n = tuple_size(cast<Tuple>(state));
  if (n >= least && n <= most) return kOk;
  ssize wanted = n < least ? least : most;
  return raise(TypeError, "function takes {} {} argument{} ({} given)",
               least == most ? "exactly"
               : n < least   ? "at least"
                             : "at most",
               wanted, wanted == 1 ? "" : "s", n);
}

namespace {

Status itertools_exec(Module* m) {
  for (Type* type : {&itertools_accumulate_type,  &itertools_combinations_type, &itertools_replacement_type,
                     &itertools_cycle_type,       &itertools_dropwhile_type,    &itertools_takewhile_type,
                     &itertools_islice_type,      &itertools_starmap_type,      &itertools_chain_type,
                     &itertools_compress_type,    &itertools_filterfalse_type,  &itertools_count_type,
                     &itertools_zip_longest_type, &itertools_pairwise_type,     &itertools_permutations_type,
                     &itertools_product_type,     &itertools_repeat_type,       &itertools_groupby_type,
                     &itertools_grouper_type,     &itertools_tee_type,          &itertools_teedata_type}) {
    TRY(module_add_type(m, type));
  }
  return kOk;
}

constinit MethodDef itertools_functions[] = {
    FUNCTION(itertools_tee, "tee(module, iterable, n=2, /)", "Returns a tuple of n independent iterators."),
    {},
};

}  // namespace

constinit NativeModule itertools_module = {
    "itertools", itertools_functions, itertools_exec,
    "Functional tools for creating and using iterators.\n\n"
    "Infinite iterators:\n"
    "count(start=0, step=1) --> start, start+step, start+2*step, ...\n"
    "cycle(p) --> p0, p1, ... plast, p0, p1, ...\n"
    "repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times\n\n"
    "Iterators terminating on the shortest input sequence:\n"
    "accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2\n"
    "chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...\n"
    "chain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...\n"
    "compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...\n"
    "dropwhile(pred, seq) --> seq[n], seq[n+1], starting when pred fails\n"
    "groupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)\n"
    "filterfalse(pred, seq) --> elements of seq where pred(elem) is False\n"
    "islice(seq, [start,] stop [, step]) --> elements from\n"
    "       seq[start:stop:step]\n"
    "pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...\n"
    "starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...\n"
    "tee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n\n"
    "takewhile(pred, seq) --> seq[0], seq[1], until pred fails\n"
    "zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...\n\n"
    "Combinatoric generators:\n"
    "product(p, q, ... [repeat=1]) --> cartesian product\n"
    "permutations(p[, r])\n"
    "combinations(p, r)\n"
    "combinations_with_replacement(p, r)\n"};

}  // namespace minipy
