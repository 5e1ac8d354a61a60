// Build tool: compiles the modules that start-up needs with minipy's own compiler and writes their marshalled code as a
// C++ table (stdlib/frozen.h).
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <set>
#include <string>

#include "compiler/compile.h"
#include "compiler/marshal.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/str.h"
#include "stdlib/frozen.h"
#include "stdlib/lifecycle.h"
#include "stdlib/paths.h"
#include "stdlib/sys/print_exception.h"

namespace minipy {
namespace {

std::string code_name(const FrozenModule& m) {
  if (!m.origname || !m.origname[0]) return m.name;
  return m.origname[0] == '<' ? m.origname + 1 : m.origname;
}

void write_bytes(std::FILE* out, std::string_view data) {
  for (size_t i = 0; i < data.size(); i++) {
    std::fprintf(out, "%d,", static_cast<unsigned char>(data[i]));
    if (i % 32 == 31) std::fputc('\n', out);
  }
}

bool write_module(std::FILE* out, const FrozenModule& m, size_t index) {
  Ref<Code> code = frozen_code(&m);
  Ref<Object> data;
  if (code) data = marshal_dumps(as_object(code.get()));
  if (!data) {
    Ref<Object> e = error_take();
    std::fprintf(stderr, "minipy_freeze: %s: %s", m.name, format_exception_only(e.get()).c_str());
    return false;
  }
  std::fprintf(out, "static const unsigned char data_%zu[] = {\n", index);
  write_bytes(out, bytes_view(cast<Bytes>(data.get())));
  std::fprintf(out, "};\n");
  return true;
}

bool write_table(std::FILE* out) {
  std::fputs(
      "// Generated at build time by minipy_freeze. Do not edit.\n#include \"stdlib/frozen.h\"\nnamespace minipy {\n",
      out);
  std::set<std::string> done;
  std::string table;
  size_t index = 0;
  for (const FrozenModule* m = frozen_modules; m->name; m++) {
    std::string name = code_name(*m);
    if (!done.insert(name).second) continue;
    // Distributions leave out some of the modules that only CPython's tests use.
    if (access((std::string(stdlib_directory()) + "/" + m->source).c_str(), R_OK) != 0) continue;
    if (!write_module(out, *m, index)) return false;
    std::string i = std::to_string(index++);
    table += "    {\"" + name + "\", data_" + i + ", sizeof data_" + i + "},\n";
  }
  std::fprintf(out, "const FrozenData frozen_data[] = {\n%s    {nullptr, nullptr, 0},\n};\n}  // namespace minipy\n",
               table.c_str());
  return true;
}

}  // namespace
}  // namespace minipy

int main(int argc, char** argv) {
  using namespace minipy;
  if (argc != 2) {
    std::fputs("usage: minipy_freeze OUTPUT\n", stderr);
    return 2;
  }
  if (!start_compiler_only()) return 1;
  std::FILE* out = std::fopen(argv[1], "w");
  if (!out) {
    std::perror(argv[1]);
    return 1;
  }
  bool ok = write_table(out);
  ok = std::fclose(out) == 0 && ok;
  if (!ok) std::remove(argv[1]);
  return ok ? 0 : 1;
}
