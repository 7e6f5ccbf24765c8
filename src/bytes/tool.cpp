#include "bytes/tool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr int kListenerFd = 3;
constexpr std::size_t kMostRead = 64 * 1024;
constexpr std::string_view kListenPid = "LISTEN_PID=";
constexpr std::size_t kPidDigits = 10;

// All that the child needs is made before the fork: it may do no more than system calls.
class Prepared {
 public:
  Prepared(const std::vector<std::string>& command, bool listens) : command_(command) {
    for (std::string& word : command_) arguments_.push_back(word.data());
    arguments_.push_back(nullptr);
    for (char** e = environ; *e != nullptr; ++e) {
      const std::string_view entry = *e;
      if (entry.starts_with("LC_") || entry.starts_with("LANG") || entry.starts_with("LISTEN_")) {
        continue;
      }
      environment_.push_back(*e);
    }
    environment_.push_back(locale_.data());
    if (listens) {
      environment_.push_back(count_.data());
      environment_.push_back(pid_.data());
    }
    environment_.push_back(nullptr);
  }

  [[noreturn]] void run(int out, int err, int listener) {
    write_pid();
    // A server ends with its connection; the thread that started it may end before.
    if (listener < 0) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = ::open("/dev/null", O_RDWR);
    if (null < 0 || ::dup2(null, STDIN_FILENO) < 0 || ::dup2(out, STDOUT_FILENO) < 0 ||
        ::dup2(err, STDERR_FILENO) < 0) {
      ::_exit(127);
    }
    if (listener >= 0 && !hand_over(listener)) ::_exit(127);
    ::execve(arguments_.front(), arguments_.data(), environment_.data());
    ::_exit(127);
  }

 private:
  static bool hand_over(int listener) {
    if (listener == kListenerFd) return ::fcntl(listener, F_SETFD, 0) == 0;  // no close-on-exec
    return ::dup2(listener, kListenerFd) >= 0;
  }

  void write_pid() {
    auto pid = static_cast<unsigned long>(::getpid());
    for (std::size_t i = kPidDigits; i-- > 0; pid /= 10) {
      pid_[kListenPid.size() + i] = static_cast<char>('0' + pid % 10);
    }
  }

  std::vector<std::string> command_;
  std::vector<char*> arguments_, environment_;
  std::string locale_ = "LC_ALL=C", count_ = "LISTEN_FDS=1";
  std::string pid_ = std::string(kListenPid) + std::string(kPidDigits, '0');
};

std::string contents_of(int fd) {
  std::string text(kMostRead, '\0');
  const ssize_t n = ::pread(fd, text.data(), text.size(), 0);
  text.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return text;
}

}  // namespace

std::string find_tool(const std::string& program, const std::string& package) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "/usr/bin:/bin" : path;
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::string folder(rest.substr(0, colon));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
    const std::string candidate = folder + "/" + program;
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw Error(ErrorCode::unsupported, program, "this program isn't installed, expected it in PATH",
              fmt::format("apt-get install {}", package));
}

ToolProcess::ToolProcess(const std::vector<std::string>& command, int listener) {
  Prepared prepared(command, listener >= 0);
  out_ = ::memfd_create("stdout", MFD_CLOEXEC);
  err_ = ::memfd_create("stderr", MFD_CLOEXEC);
  pid_ = out_ < 0 || err_ < 0 ? -1 : ::fork();
  if (pid_ == 0) prepared.run(out_, err_, listener);
  if (pid_ < 0) {
    const int error = errno;
    if (out_ >= 0) ::close(out_);
    if (err_ >= 0) ::close(err_);
    throw Error(ErrorCode::unreadable, command.front(),
                fmt::format("{}, expected a process for it", std::strerror(error)));
  }
}

ToolProcess::~ToolProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  ::close(out_);
  ::close(err_);
}

bool ToolProcess::has_ended(int options) {
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, options);
  if (ended == pid_) {
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    pid_ = -1;
  } else if (ended < 0 && errno != EINTR) {
    pid_ = -1;
  }
  return pid_ <= 0;
}

int ToolProcess::wait(const std::stop_token& stop) {
  auto pause = std::chrono::milliseconds(1);
  while (pid_ > 0 && !has_ended(stop.stop_possible() ? WNOHANG : 0)) {
    if (!stop.stop_possible()) continue;  // a signal came in between
    if (stop.stop_requested()) throw Error(ErrorCode::stopped, "", "stopped, expected to go on");
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(50));
  }
  return status_;
}

bool ToolProcess::ends_soon() {
  constexpr std::chrono::milliseconds kPause(5), kSoon(5000);
  for (auto waited = kPause; pid_ > 0 && !has_ended(WNOHANG); waited += kPause) {
    if (waited > kSoon) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

std::string ToolProcess::out() const { return contents_of(out_); }
std::string ToolProcess::err() const { return contents_of(err_); }

std::string first_line(const std::string& text) {
  std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return "no word of why";
  std::string line = text.substr(begin, text.find('\n', begin) - begin);
  for (const std::string_view name : {"qemu-nbd: ", "qemu-img: "}) {
    if (line.starts_with(name)) line.erase(0, name.size());
  }
  return printable(line);
}

}  // namespace pregap
