#include "stdlib/minipy/json_writer.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <limits>
#include <sstream>

#include "tests/unit/environment.h"

namespace minipy {
namespace {

std::string written(auto write, JsonStyle style = {}) {
  auto sink = OutputSink::to_memory();
  JsonWriter json(*sink, style);
  write(json);
  return sink->text();
}

TEST(JsonWriter, SeparatesValues) {
  EXPECT_EQ(written([](JsonWriter& j) {
              j.begin_object().field("a", 1).key("b").begin_array().value(-2).value(2.5).null().value(true).end_array();
              j.key("c").begin_object().end_object().field("d", std::numeric_limits<uint64_t>::max()).end_object();
            }),
            R"({"a": 1, "b": [-2, 2.5, null, true], "c": {}, "d": 18446744073709551615})");
}

TEST(JsonWriter, WritesLines) {
  EXPECT_EQ(written([](JsonWriter& j) {
              j.begin_array().value(1).end_array().end_line();
              j.begin_object().end_object().end_line();
            }),
            "[1]\n{}\n");
}

TEST(JsonWriter, Indents) {
  EXPECT_EQ(
      written(
          [](JsonWriter& j) {
            j.begin_object().key("a").begin_array().value(1).value(2).end_array().key("b").begin_array().end_array();
            j.end_object();
          },
          {.indent = 2}),
      "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}");
}

TEST(JsonWriter, EscapesText) {
  auto text = [](std::string_view s, JsonStyle style = {}) {
    return written([&](JsonWriter& j) { j.value(s); }, style);
  };
  EXPECT_EQ(text("a\"b\\c\n\t\x01\x7f"), R"("a\"b\\c\n\t\u0001\u007f")");
  EXPECT_EQ(text("h\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), "\"h\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
  EXPECT_EQ(text(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(text("\xed\xa0\x80!"), R"("\ud800!")");  // a lone surrogate
  EXPECT_EQ(text("\xff\xc3"), R"("\udcff\udcc3")");  // not UTF-8
  EXPECT_EQ(text("\xc0\x80\xf4\x90\x80\x80"), R"("\udcc0\udc80\udcf4\udc90\udc80\udc80")");
  EXPECT_EQ(text("</script>\xe2\x80\xa8", {.in_script = true}), R"("\u003c/script\u003e\u2028")");
}

TEST(JsonWriter, WritesStrings) {
  ASSERT_TRUE(test::start_runtime());
  auto text = [](const char32_t* characters, ssize n) {
    Ref<Str> s = str_from_ucs4(characters, n);
    return written([&](JsonWriter& j) { j.value(s.get()); });
  };
  const char32_t narrow[] = {'a', '"', 0xe9}, two[] = {0x20ac, 0xdc80}, wide[] = {0x1f600, 0xd800, '\n'};
  EXPECT_EQ(text(narrow, 3), "\"a\\\"\xc3\xa9\"");
  EXPECT_EQ(text(two, 2), "\"\xe2\x82\xac\\udc80\"");
  EXPECT_EQ(text(wide, 3), "\"\xf0\x9f\x98\x80\\ud800\\n\"");
}

TEST(JsonWriter, WritesWhatIsNoNumber) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(written([&](JsonWriter& j) { j.begin_array().value(infinite).value(-infinite).value(0.1).end_array(); }),
            R"(["inf", "-inf", 0.1])");
  EXPECT_EQ(written([](JsonWriter& j) { j.address(reinterpret_cast<void*>(0x7f00)); }), R"("0x7f00")");
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string temporary_path(const char* name) {
  return testing::TempDir() + "minipy_sink_" + std::to_string(::getpid()) + "_" + name;
}

TEST(OutputSink, NamesTheFileItCannotOpen) {
  std::string error;
  EXPECT_EQ(OutputSink::open_file("/nonexistent/x", FlushPolicy::kBatched, error), nullptr);
  EXPECT_EQ(error, "/nonexistent/x: No such file or directory");
}

TEST(OutputSink, ReportsAFullDevice) {
  std::string error;
  auto sink = OutputSink::open_file("/dev/full", FlushPolicy::kEveryRecord, error);
  ASSERT_TRUE(sink);
  sink->write("x");
  sink->end_record();
  sink->write("y");
  EXPECT_FALSE(sink->close());
  EXPECT_EQ(sink->error(), "/dev/full: No space left on device");
}

TEST(OutputSink, WritesWholeRecordsOnly) {
  std::string path = temporary_path("records"), error;
  auto sink = OutputSink::open_file(path, FlushPolicy::kBatched, error);
  sink->write("one\n");
  sink->end_record();
  EXPECT_EQ(content(path), "");
  sink->write("tw");
  OutputSink::flush_all();
  EXPECT_EQ(content(path), "one\n");
  sink->write("o\n");
  EXPECT_TRUE(sink->close());
  EXPECT_EQ(content(path), "one\ntwo\n");
  ::unlink(path.c_str());
}

TEST(OutputSink, KeepsRecordsOfAKilledProcess) {
  std::string path = temporary_path("killed"), error;
  pid_t pid = ::fork();
  if (pid == 0) {
    auto sink = OutputSink::open_file(path, FlushPolicy::kEveryRecord, error);
    sink->write("one\n");
    sink->end_record();
    sink->write("half");
    ::raise(SIGKILL);
  }
  ::waitpid(pid, nullptr, 0);
  EXPECT_EQ(content(path), "one\n");
  ::unlink(path.c_str());
}

TEST(OutputSink, IsDetachedInAForkedChild) {
  std::string path = temporary_path("fork"), error;
  auto sink = OutputSink::open_file(path, FlushPolicy::kBatched, error);
  sink->write("parent\n");
  sink->end_record();
  pid_t pid = ::fork();
  if (pid == 0) {
    sink->write("child\n");
    sink->end_record();
    ::_exit(sink->close() ? 0 : 1);
  }
  int status;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(sink->close());
  EXPECT_EQ(content(path), "parent\n");
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace minipy
