#include "stdlib/minipy/output_sink.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace minipy {
namespace {

// The list of open sinks; sinks are opened and closed under the GIL.
constinit OutputSink* g_sinks = nullptr;

// False: errno says why.
bool write_fully(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

// Out of the way of the numbers that a program sees.
int moved_up(int fd) {
  constexpr int kLowest = 900;
  int high = fcntl(fd, F_DUPFD_CLOEXEC, kLowest);
  if (high < 0) return fd;
  ::close(fd);
  return high;
}

}  // namespace

OutputSink::OutputSink(Kind kind, int fd, FlushPolicy policy, std::string name)
    : kind_(kind), policy_(policy), fd_(fd), name_(std::move(name)) {
  static const int registered = pthread_atfork(nullptr, nullptr, after_fork_in_child);
  (void)registered;
  buffer_.reserve(kind == Kind::kMemory ? 0 : kBufferSize + 4096);
  next_ = g_sinks;
  if (g_sinks) g_sinks->previous_ = this;
  g_sinks = this;
}

std::unique_ptr<OutputSink> OutputSink::open_file(const std::string& path, FlushPolicy policy, std::string& error) {
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    error = path + ": " + std::strerror(errno);
    return nullptr;
  }
  std::unique_ptr<OutputSink> sink(new OutputSink(Kind::kFile, moved_up(fd), policy, path));
  if (::fstat(sink->fd_, &sink->file_) == 0 && S_ISREG(sink->file_.st_mode)) {
    if (char* absolute = ::realpath(path.c_str(), nullptr)) {
      sink->path_ = absolute;
      std::free(absolute);
    }
  }
  return sink;
}

std::unique_ptr<OutputSink> OutputSink::to_descriptor(int fd, FlushPolicy policy) {
  const char* name = fd == STDOUT_FILENO ? "<stdout>" : fd == STDERR_FILENO ? "<stderr>" : "<descriptor>";
  return std::unique_ptr<OutputSink>(new OutputSink(Kind::kDescriptor, fd, policy, name));
}

std::unique_ptr<OutputSink> OutputSink::to_memory() {
  return std::unique_ptr<OutputSink>(new OutputSink(Kind::kMemory, -1, FlushPolicy::kBatched, "<memory>"));
}

OutputSink::~OutputSink() {
  close();
  (previous_ ? previous_->next_ : g_sinks) = next_;
  if (next_) next_->previous_ = previous_;
}

// Whether the descriptor is still the file's: the program may have closed it, and opened another under its number.
bool OutputSink::is_open() const {
  struct stat now;
  return ::fstat(fd_, &now) == 0 && now.st_dev == file_.st_dev && now.st_ino == file_.st_ino;
}

bool OutputSink::make_open() {
  if (kind_ != Kind::kFile || is_open()) return true;
  int fd = path_.empty() ? -1 : ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd >= 0) fd_ = moved_up(fd);
  if (fd >= 0 && is_open()) return true;
  if (error_.empty()) error_ = name_ + ": the program has closed this file";
  kind_ = Kind::kDetached;
  return false;
}

bool OutputSink::write_out(size_t size) {
  if (kind_ == Kind::kMemory) return true;
  if (size > 0) make_open();
  if (kind_ == Kind::kDetached) {
    buffer_.clear();
    whole_ = 0;
    return true;
  }
  if (error_.empty() && !write_fully(fd_, std::string_view(buffer_).substr(0, size))) {
    error_ = name_ + ": " + std::strerror(errno);
  }
  buffer_.erase(0, size);
  whole_ = 0;
  return error_.empty();
}

bool OutputSink::is_time() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  int64_t now = int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
  if (now - last_time_ < 20'000'000) return false;
  last_time_ = now;
  return true;
}

bool OutputSink::replace(std::string text) {
  if (kind_ == Kind::kDetached || !error_.empty()) return error_.empty();
  if (kind_ != Kind::kFile || path_.empty()) {
    buffer_ = std::move(text);
    whole_ = 0;
    return true;
  }
  const std::string part = path_ + ".part";
  int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool written = fd >= 0 && write_fully(fd, text);
  if (fd >= 0 && ::close(fd) != 0) written = false;
  if (written && ::rename(part.c_str(), path_.c_str()) == 0) return true;
  error_ = name_ + ": " + std::strerror(errno);
  ::unlink(part.c_str());
  return false;
}

bool OutputSink::flush() { return write_out(whole_); }

bool OutputSink::close() {
  bool written = write_out(buffer_.size());
  if (kind_ == Kind::kFile) {
    if (is_open() && ::close(fd_) != 0 && error_.empty()) error_ = name_ + ": " + std::strerror(errno);
    kind_ = Kind::kDetached;
  }
  return written && error_.empty();
}

void OutputSink::flush_all() {
  for (OutputSink* sink = g_sinks; sink; sink = sink->next_) {
    if (sink->renew_) sink->renew_();
    sink->flush();
  }
}

void OutputSink::finish_all() {
  for (OutputSink* sink = g_sinks; sink; sink = sink->next_) {
    if (sink->renew_) sink->renew_();
    sink->close();
  }
}

// Runs between fork and the child's first own instruction, in the one thread that the child has.
void OutputSink::after_fork_in_child() {
  for (OutputSink* sink = g_sinks; sink; sink = sink->next_) {
    if (sink->kind_ == Kind::kMemory) continue;
    if (sink->kind_ == Kind::kFile && sink->is_open()) ::close(sink->fd_);
    sink->kind_ = Kind::kDetached;
    sink->buffer_.clear();
    sink->whole_ = 0;
  }
}

}  // namespace minipy
