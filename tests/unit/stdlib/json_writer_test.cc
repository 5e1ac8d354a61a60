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

TEST(JsonWriter, WritesDecimals) {
  auto text = [](int64_t units, int digits) { return written([=](JsonWriter& j) { j.decimal(units, digits); }); };
  EXPECT_EQ(text(1234567, 9), "0.001234567");
  EXPECT_EQ(text(0, 3), "0.000");
  EXPECT_EQ(text(-1500, 3), "-1.500");
  EXPECT_EQ(text(std::numeric_limits<int64_t>::min(), 9), "-9223372036.854775808");
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

TEST(OutputSink, ReplacesDocuments) {
  std::string path = temporary_path("document"), link = temporary_path("link"), error;
  ASSERT_EQ(::symlink(path.c_str(), link.c_str()), 0);
  auto sink = OutputSink::open_file(link, FlushPolicy::kBatched, error);
  ASSERT_TRUE(sink) << error;
  EXPECT_TRUE(sink->replace("a long document"));
  EXPECT_EQ(content(path), "a long document");
  sink->set_renew([&] { sink->replace("short"); });
  OutputSink::flush_all();
  EXPECT_EQ(content(path), "short");
  sink->set_renew(nullptr);
  EXPECT_TRUE(sink->close());
  EXPECT_EQ(content(link), "short");  // the link still leads there
  EXPECT_NE(::access((path + ".part").c_str(), F_OK), 0);
  ::unlink(path.c_str());
  ::unlink(link.c_str());

  auto device = OutputSink::open_file("/dev/full", FlushPolicy::kBatched, error);
  EXPECT_TRUE(device->replace("it cannot be replaced, and is written at the end"));
  EXPECT_FALSE(device->close());
}

TEST(OutputSink, LeavesTheDocumentToTheParent) {
  std::string path = temporary_path("forked"), error;
  auto sink = OutputSink::open_file(path, FlushPolicy::kBatched, error);
  pid_t pid = ::fork();
  if (pid == 0) {
    sink->replace("the child's");
    sink->close();
    ::_exit(0);
  }
  ::waitpid(pid, nullptr, 0);
  EXPECT_EQ(content(path), "");
  EXPECT_TRUE(sink->replace("the parent's"));
  EXPECT_TRUE(sink->close());
  EXPECT_EQ(content(path), "the parent's");
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
