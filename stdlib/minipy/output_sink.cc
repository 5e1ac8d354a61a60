#include "stdlib/minipy/output_sink.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

namespace minipy {
namespace {

// The list of open sinks; sinks are opened and closed under the GIL.
constinit OutputSink* g_sinks = nullptr;

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
  return std::unique_ptr<OutputSink>(new OutputSink(Kind::kFile, fd, policy, path));
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

bool OutputSink::write_out(size_t size) {
  if (kind_ == Kind::kMemory) return true;
  if (kind_ == Kind::kDetached) {
    buffer_.clear();
    whole_ = 0;
    return true;
  }
  size_t done = 0;
  while (done < size && error_.empty()) {
    ssize_t n = ::write(fd_, buffer_.data() + done, size - done);
    if (n >= 0) {
      done += static_cast<size_t>(n);
    } else if (errno == EAGAIN) {
      pollfd writable{fd_, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      error_ = name_ + ": " + std::strerror(errno);
    }
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

bool OutputSink::flush() { return write_out(whole_); }

bool OutputSink::close() {
  bool written = write_out(buffer_.size());
  if (kind_ == Kind::kFile) {
    if (::close(fd_) != 0 && error_.empty()) error_ = name_ + ": " + std::strerror(errno);
    kind_ = Kind::kDetached;
  }
  return written && error_.empty();
}

void OutputSink::flush_all() {
  for (OutputSink* sink = g_sinks; sink; sink = sink->next_) sink->flush();
}

// Runs between fork and the child's first own instruction, in the one thread that the child has.
void OutputSink::after_fork_in_child() {
  for (OutputSink* sink = g_sinks; sink; sink = sink->next_) {
    if (sink->kind_ == Kind::kMemory) continue;
    if (sink->kind_ == Kind::kFile) ::close(sink->fd_);
    sink->kind_ = Kind::kDetached;
    sink->buffer_.clear();
    sink->whole_ = 0;
  }
}

}  // namespace minipy
