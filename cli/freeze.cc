// Build tool: compiles the modules that start-up needs, or those of the package `minipy`, with minipy's own compiler
// and writes their marshalled code as a C++ table (stdlib/frozen.h).
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <filesystem>
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

// A string literal: compilers read it many times faster than a list of numbers.
void write_bytes(std::FILE* out, std::string_view data) {
  for (size_t i = 0; i < data.size(); i++) {
    if (i % 64 == 0) std::fputs(i ? "\"\n\"" : "\"", out);
    std::fprintf(out, "\\%03o", static_cast<unsigned char>(data[i]));
  }
  std::fputs("\"", out);
}

bool write_code(std::FILE* out, const char* name, const Ref<Code>& code, size_t index) {
  Ref<Object> data;
  if (code) data = marshal_dumps(as_object(code.get()));
  if (!data) {
    Ref<Object> e = error_take();
    std::fprintf(stderr, "minipy_freeze: %s: %s", name, format_exception_only(e.get()).c_str());
    return false;
  }
  std::fprintf(out, "static const unsigned char data_%zu[] =\n", index);
  write_bytes(out, bytes_view(cast<Bytes>(data.get())));
  std::fprintf(out, ";\n");
  return true;
}

std::string data_row(const std::string& name, size_t index) {
  return fmt::format("    {{\"{}\", data_{}, sizeof data_{} - 1}},\n", name, index, index);
}

constexpr char kHead[] =
    "// Generated at build time by minipy_freeze. Do not edit.\n#include \"stdlib/frozen.h\"\nnamespace minipy {\n";

// The library's modules that start-up needs.
bool write_library(std::FILE* out) {
  std::fputs(kHead, out);
  std::set<std::string> done;
  std::string table;
  size_t index = 0;
  for (const FrozenModule* m = frozen_modules; m->name; m++) {
    std::string name = code_name(*m);
    if (!done.insert(name).second) continue;
    // Distributions leave out some of the modules that only CPython's tests use.
    if (access((std::string(stdlib_directory()) + "/" + m->source).c_str(), R_OK) != 0) continue;
    if (!write_code(out, m->name, frozen_code(m), index)) return false;
    table += data_row(name, index++);
  }
  std::fprintf(out, "const FrozenData frozen_data[] = {\n%s    {nullptr, nullptr, 0},\n};\n}  // namespace minipy\n",
               table.c_str());
  return true;
}

bool read_file(const std::string& path, std::string& text) {
  std::FILE* f = std::fopen(path.c_str(), "rb");
  if (!f) {
    std::perror(path.c_str());
    return false;
  }
  char buffer[1 << 16];
  for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) text.append(buffer, n);
  std::fclose(f);
  return true;
}

Ref<Code> compile_package_file(const std::string& text, const std::string& module) {
  Ref<Str> filename = TRY(str_from_utf8("<frozen " + module + ">"));
  CompileOptions options;
  options.optimize = 0;
  return compile_source(text, filename.get(), ParseMode::kFile, options);
}

// Writes the compressed text and adds its row to the table.
bool write_source(std::FILE* out, const std::string& module, const std::string& text, size_t index,
                  std::string& table) {
  std::string packed(compressBound(text.size()), '\0');
  uLongf size = packed.size();
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                text.size(), Z_BEST_COMPRESSION) != Z_OK) {
    return false;
  }
  packed.resize(size);
  std::fprintf(out, "static const unsigned char source_%zu[] =\n", index);
  write_bytes(out, packed);
  std::fprintf(out, ";\n");
  table += fmt::format("    {{\"{}\", source_{}, sizeof source_{} - 1, {}}},\n", module, index, index, text.size());
  return true;
}

// The package `minipy`: every .py file of `folder`.
bool write_package(std::FILE* out, const std::string& folder) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".py") files.insert(entry.path().filename());
  }
  std::fputs(kHead, out);
  std::string modules, table, sources;
  size_t index = 0;
  for (const std::string& file : files) {
    bool is_package = file == "__init__.py";
    std::string module = is_package ? "minipy" : fmt::format("minipy.{}", file.substr(0, file.size() - 3));
    std::string text;
    if (!read_file(fmt::format("{}/{}", folder, file), text)) return false;
    if (!write_code(out, module.c_str(), compile_package_file(text, module), index)) return false;
    if (!write_source(out, module, text, index, sources)) return false;
    table += data_row(module, index++);
    modules += fmt::format("    {{\"{}\", \"\", \"{}\", {}}},\n", module, file, is_package);
  }
  std::fprintf(out,
               "const FrozenData package_data[] = {\n%s    {nullptr, nullptr, 0},\n};\n"
               "const FrozenModule package_modules[] = {\n%s    {},\n};\n"
               "const FrozenSource package_sources[] = {\n%s    {},\n};\n}  // namespace minipy\n",
               table.c_str(), modules.c_str(), sources.c_str());
  return true;
}

}  // namespace
}  // namespace minipy

int main(int argc, char** argv) {
  using namespace minipy;
  if (argc != 2 && argc != 3) {
    std::fputs("usage: minipy_freeze OUTPUT [PACKAGE_FOLDER]\n", stderr);
    return 2;
  }
  if (!start_compiler_only()) return 1;
  std::FILE* out = std::fopen(argv[1], "w");
  if (!out) {
    std::perror(argv[1]);
    return 1;
  }
  bool ok = argc == 3 ? write_package(out, argv[2]) : write_library(out);
  ok = std::fclose(out) == 0 && ok;
  if (!ok) std::remove(argv[1]);
  return ok ? 0 : 1;
}
