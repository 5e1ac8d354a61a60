// sys: what kind of interpreter this is (version, flags, numeric limits).
#include <gnu/libc-version.h>

#include <cfloat>
#include <climits>
#include <string>

#include "generated/config.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/hash.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/start_flags.h"
#include "runtime/str.h"
#include "runtime/struct_sequence.h"
#include "runtime/thread_state.h"
#include "stdlib/paths.h"
#include "stdlib/sys/stdlib_names.h"
#include "stdlib/sys/sys.h"

namespace minipy {
namespace {

// A struct sequence whose type is used once, and may be closed to Python.
class SingleSequence {
 public:
  SingleSequence(const char* name, const StructSequenceField* fields, int count, bool closed = false) {
    Ref<Type> type = struct_sequence_static_type_new(name, fields, count, name);
    if (!type) return;
    if (closed) {
      type->new_ = nullptr;
      type->flags |= kTypeDisallowInstantiation;
      if (!dict_delete(cast<Dict>(type->dict), as_object(NAME("__new__")))) error_clear();
      type_modified(type.get());
    }
    made_ = struct_sequence_new(type.get());
    (void)type.release();
  }
  void add(Ref<Object> value) {
    if (made_ && value) {
      struct_sequence_set(made_.get(), next_++, std::move(value));
    } else {
      made_.reset();
    }
  }
  void add_int(long long v) { add(int_from(v)); }
  void add_float(double v) { add(float_from_double(v)); }
  void add_str(const char* v) { add(str_intern_ascii(v)); }
  void add_bool(bool v) { add(bool_ref(v)); }
  Ref<Object> finish() { return std::move(made_); }

 private:
  Ref<Object> made_;
  ssize next_ = 0;
};

Ref<Object> version_info() {
  static const StructSequenceField fields[] = {
      {"major", "Major release number"},   {"minor", "Minor release number"},
      {"micro", "Patch release number"},   {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"},
      {"serial", "Serial release number"}, {}};
  SingleSequence s("sys.version_info", fields, 5, true);
  s.add_int(config::kVersionMajor);
  s.add_int(config::kVersionMinor);
  s.add_int(config::kVersionMicro);
  s.add_str("final");
  s.add_int(0);
  return s.finish();
}

Ref<Object> float_info() {
  static const StructSequenceField fields[] = {
      {"max", "DBL_MAX"},     {"max_exp", "DBL_MAX_EXP"},   {"max_10_exp", "DBL_MAX_10_EXP"},
      {"min", "DBL_MIN"},     {"min_exp", "DBL_MIN_EXP"},   {"min_10_exp", "DBL_MIN_10_EXP"},
      {"dig", "DBL_DIG"},     {"mant_dig", "DBL_MANT_DIG"}, {"epsilon", "DBL_EPSILON"},
      {"radix", "FLT_RADIX"}, {"rounds", "FLT_ROUNDS"},     {}};
  SingleSequence s("sys.float_info", fields, 11);
  s.add_float(DBL_MAX);
  s.add_int(DBL_MAX_EXP);
  s.add_int(DBL_MAX_10_EXP);
  s.add_float(DBL_MIN);
  s.add_int(DBL_MIN_EXP);
  s.add_int(DBL_MIN_10_EXP);
  s.add_int(DBL_DIG);
  s.add_int(DBL_MANT_DIG);
  s.add_float(DBL_EPSILON);
  s.add_int(FLT_RADIX);
  s.add_int(1);
  return s.finish();
}

Ref<Object> int_info() {
  static const StructSequenceField fields[] = {
      {"bits_per_digit", "size of a digit in bits"},
      {"sizeof_digit", "size in bytes of the C type used to represent a digit"},
      {"default_max_str_digits", "maximum string conversion digits limitation"},
      {"str_digits_check_threshold", "minimum positive value for the limit"},
      {}};
  SingleSequence s("sys.int_info", fields, 4);
  s.add_int(kDigitBits);
  s.add_int(sizeof(digit));
  s.add_int(4300);
  s.add_int(640);
  return s.finish();
}

Ref<Object> hash_info() {
  static const StructSequenceField fields[] = {
      {"width", "width of the type used for hashing, in bits"},
      {"modulus", "prime number giving the modulus on which the hash function is based"},
      {"inf", "value to be used for hash of a positive infinity"},
      {"nan", "value to be used for hash of a nan"},
      {"imag", "multiplier used for the imaginary part of a complex number"},
      {"algorithm", "name of the algorithm for hashing of str, bytes and memoryviews"},
      {"hash_bits", "internal output size of hash algorithm"},
      {"seed_bits", "seed size of hash algorithm"},
      {"cutoff", "small string optimization cutoff"},
      {}};
  SingleSequence s("sys.hash_info", fields, 9);
  s.add_int(64);
  s.add_int(static_cast<long long>(kHashModulus));
  s.add_int(kHashInfinity);
  s.add_int(0);
  s.add_int(kHashImaginary);
  s.add_str("siphash13");
  s.add_int(64);
  s.add_int(128);
  s.add_int(0);
  return s.finish();
}

Ref<Object> thread_info() {
  static const StructSequenceField fields[] = {{"name", "name of the thread implementation"},
                                               {"lock", "name of the lock implementation"},
                                               {"version", "name and version of the thread library"},
                                               {}};
  SingleSequence s("sys.thread_info", fields, 3);
  s.add_str("pthread");
  s.add_str("semaphore");
  s.add(str_from_utf8(std::string("NPTL ") + gnu_get_libc_version()));
  return s.finish();
}

Ref<Object> implementation(Object* version) {
  Ref<Dict> d = TRY(dict_new());
  auto set = [&](const char* name, Ref<Object> value) -> Status {
    if (!value) return Status::failed();
    return dict_set_ascii(d.get(), name, value.get());
  };
  TRY(set("name", str_intern_ascii("cpython")));
  TRY(set("cache_tag", str_intern_ascii("cpython-311")));
  TRY(set("version", Ref<Object>::share(version)));
  TRY(set("hexversion", int_from(config::kHexVersion)));
  TRY(set("_multiarch", str_from_utf8(config::kMultiarch)));
  return simple_namespace_new(d.get());
}

Ref<Object> version_text() {
  std::string compiler = config::kCompiler;
  if (compiler.starts_with("GNU")) compiler.replace(0, 3, "GCC");
  return str_from_utf8(std::string(config::kVersion) + " (minipy " + config::kMinipyVersion + ", " + __DATE__ + ", " +
                       __TIME__ + ") [" + compiler + "]");
}

Ref<Object> copyright_text() {
  return str_from_ascii(
      "Copyright (c) 2001-2023 Python Software Foundation.\nAll Rights Reserved.\n\n"
      "Copyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\n"
      "Copyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\n"
      "Copyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.");
}

Ref<Object> names_of_the_library() {
  Ref<List> names = TRY(list_new());
  for (const char* name : kStdlibModuleNames) {
    Ref<Str> s = TRY(str_intern_ascii(name));
    TRY(list_append(names.get(), as_object(s.get())));
  }
  return frozenset_new(as_object(names.get()));
}

Status add_paths(Module* m) {
  Ref<Object> prefix = str_from_utf8(config::kDefaultPrefix);
  for (const char* name : {"prefix", "base_prefix", "exec_prefix", "base_exec_prefix"}) {
    TRY(module_add(m, name, Ref<Object>(prefix)));
  }
  TRY(module_add_str(m, "platlibdir", config::kPlatlibDir));
  TRY(module_add_str(m, "_stdlib_dir", stdlib_directory()));
  TRY(module_add(m, "_home", none_ref()));
  return module_add_str(m, "_framework", "");
}

}  // namespace

Ref<Object> sys_flags_new() {
  static const StructSequenceField fields[] = {{"debug", "-d"},
                                               {"inspect", "-i"},
                                               {"interactive", "-i"},
                                               {"optimize", "-O or -OO"},
                                               {"dont_write_bytecode", "-B"},
                                               {"no_user_site", "-s"},
                                               {"no_site", "-S"},
                                               {"ignore_environment", "-E"},
                                               {"verbose", "-v"},
                                               {"bytes_warning", "-b"},
                                               {"quiet", "-q"},
                                               {"hash_randomization", "-R"},
                                               {"isolated", "-I"},
                                               {"dev_mode", "-X dev"},
                                               {"utf8_mode", "-X utf8"},
                                               {"warn_default_encoding", "-X warn_default_encoding"},
                                               {"safe_path", "-P"},
                                               {"int_max_str_digits", "-X int_max_str_digits"},
                                               {}};
  const Interpreter::Config& c = current_interpreter()->config;
  SingleSequence s("sys.flags", fields, 18, true);
  s.add_int(g_start_flags.debug);
  s.add_int(c.inspect);
  s.add_int(g_start_flags.interactive);
  s.add_int(c.optimize);
  s.add_int(c.dont_write_bytecode);
  s.add_int(c.no_user_site);
  s.add_int(c.no_site);
  s.add_int(c.ignore_environment);
  s.add_int(c.verbose);
  s.add_int(c.bytes_warning);
  s.add_int(c.quiet);
  s.add_int(!c.use_hash_seed || c.hash_seed != 0);
  s.add_int(c.isolated);
  s.add_bool(c.dev_mode);
  s.add_int(c.utf8_mode);
  s.add_int(c.warn_default_encoding);
  s.add_bool(c.safe_path);
  s.add_int(c.int_max_str_digits_given ? c.int_max_str_digits : -1);
  return s.finish();
}

Status sys_add_information(Module* m) {
  Ref<Object> version = version_info();
  if (!version) return Status::failed();
  TRY(module_add(m, "version_info", Ref<Object>(version)));
  TRY(module_add(m, "implementation", implementation(version.get())));
  TRY(module_add(m, "version", version_text()));
  TRY(module_add(m, "copyright", copyright_text()));
  TRY(module_add_int(m, "hexversion", config::kHexVersion));
  TRY(module_add_int(m, "api_version", 1013));
  TRY(module_add_int(m, "maxsize", LONG_MAX));
  TRY(module_add_int(m, "maxunicode", 0x10ffff));
  TRY(module_add_str(m, "platform", "linux"));
  TRY(module_add_str(m, "byteorder", "little"));
  TRY(module_add_str(m, "abiflags", ""));
  TRY(module_add_str(m, "float_repr_style", "short"));
  Ref<Str> project = TRY(str_intern_ascii("CPython"));
  Ref<Str> empty = str_empty();
  TRY(module_add(m, "_git", tuple_pack(project.get(), empty.get(), empty.get())));
  TRY(module_add(m, "float_info", float_info()));
  TRY(module_add(m, "int_info", int_info()));
  TRY(module_add(m, "hash_info", hash_info()));
  TRY(module_add(m, "thread_info", thread_info()));
  TRY(module_add(m, "flags", sys_flags_new()));
  TRY(module_add(m, "dont_write_bytecode", bool_ref(current_interpreter()->config.dont_write_bytecode)));
  TRY(module_add(m, "stdlib_module_names", names_of_the_library()));
  return add_paths(m);
}

}  // namespace minipy
