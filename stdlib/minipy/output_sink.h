// Where the views write: a file, a descriptor or memory. Bytes are gathered in a buffer and leave it only in whole
// records, so that a file is readable up to its last whole record however the process ends: after SIGINT, an exception
// or os._exit() it is complete (those paths call `flush_all`), after SIGKILL it misses at most the records that a
// sink still held, and the kernel may have cut short the write that the process was killed in.
//
// After a fork the sinks of the child are detached: they swallow what is written, and never touch the parent's file.
// Uses raw memory only, makes no Python object, and may be used without the GIL by one thread at a time.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace minipy {

enum class FlushPolicy {
  kEveryRecord,  // a write(2) for each record: rare events
  kTimely,       // when 20 ms have passed since the last one, or the buffer is full
  kBatched,      // when the buffer is full: events by the million
};

class OutputSink {
 public:
  static constexpr size_t kBufferSize = size_t{1} << 16;

  // Creates or truncates the file (close-on-exec). Null when that fails; `error` then says why ("PATH: reason").
  static std::unique_ptr<OutputSink> open_file(const std::string& path, FlushPolicy policy, std::string& error);
  // Writes to a descriptor that stays the caller's (1, 2).
  static std::unique_ptr<OutputSink> to_descriptor(int fd, FlushPolicy policy);
  // Gathers everything in memory: `text()`.
  static std::unique_ptr<OutputSink> to_memory();

  ~OutputSink();  // closes
  OutputSink(const OutputSink&) = delete;
  OutputSink& operator=(const OutputSink&) = delete;

  void write(std::string_view bytes) { buffer_.append(bytes); }
  void write(char c) { buffer_.push_back(c); }
  // All that was written so far is whole: it may go out.
  void end_record() {
    whole_ = buffer_.size();
    if (policy_ == FlushPolicy::kEveryRecord || whole_ >= kBufferSize ||
        (policy_ == FlushPolicy::kTimely && is_time())) {
      flush();
    }
  }

  // Writes the whole records out. False when writing failed, now or earlier (then the rest is dropped).
  bool flush();
  // Writes everything out and closes a file. False as for `flush`; `error()` tells why. Harmless when called again.
  bool close();
  // "PATH: reason" of the first failure, or empty.
  const std::string& error() const { return error_; }

  // A document, which is no sequence of records: puts `text` in place of all that was written. A file holds the one or
  // the other at any time (a new file takes the name of the old one); elsewhere the last document is written by
  // `close`. `flush_all` calls `renew`, which should replace it by what it is now.
  bool replace(std::string text);
  void set_renew(std::function<void()> renew) { renew_ = std::move(renew); }

  bool is_memory() const { return kind_ == Kind::kMemory; }
  // What a memory sink holds.
  const std::string& text() const { return buffer_; }
  std::string take() && { return std::move(buffer_); }

  // Writes the whole records of every open sink out: before the process ends without unwinding, or becomes another.
  static void flush_all();
  // The same before the process ends at once: documents are written wherever they go, and the sinks closed.
  static void finish_all();

 private:
  enum class Kind : unsigned char { kFile, kDescriptor, kMemory, kDetached };
  OutputSink(Kind kind, int fd, FlushPolicy policy, std::string name);
  bool write_out(size_t size);
  bool is_open() const;
  bool make_open();
  bool is_time();
  static void after_fork_in_child();

  std::string buffer_;
  size_t whole_ = 0;  // bytes of buffer_ that end a record
  Kind kind_;
  FlushPolicy policy_;
  int fd_;
  struct stat file_ {};    // of a file: which one fd_ is to be
  int64_t last_time_ = 0;  // of the last flush by time, in nanoseconds
  std::string name_, error_;
  std::string path_;  // of a regular file, absolute; else empty
  std::function<void()> renew_;
  OutputSink *next_ = nullptr, *previous_ = nullptr;  // the list of open sinks
};

}  // namespace minipy
