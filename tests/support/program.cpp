#include "support/program.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "support/read_file.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  int read_end = -1, write_end = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  return {ends[0], ends[1]};
}

// Both ends of a terminal: ours and the program's.
Pipe make_terminal() {
  Pipe ends;
  ends.read_end = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (ends.read_end < 0 || ::grantpt(ends.read_end) != 0 || ::unlockpt(ends.read_end) != 0) {
    fail("terminal");
  }
  std::array<char, 128> name{};
  if (::ptsname_r(ends.read_end, name.data(), name.size()) != 0) fail("terminal's name");
  ends.write_end = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (ends.write_end < 0) fail(name.data());
  return ends;
}

void close_and_forget(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

std::string find_in_path(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + '/' + program;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

// The test's own, without what would change the program's words or colours.
std::vector<std::string> environment_of(const RunOptions& options) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t sign = text.find('=');
    if (sign != std::string::npos) variables[text.substr(0, sign)] = text.substr(sign + 1);
  }
  variables.erase("NO_COLOR");
  variables["LC_ALL"] = "C.UTF-8";
  variables["TZ"] = "UTC";
  for (const auto& [name, value] : options.environment) variables[name] = value;
  std::vector<std::string> result;
  for (const auto& [name, value] : variables) result.push_back(name + '=' + value);
  return result;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// The test ignores the signal, which a program would inherit.
void restore_signals() { std::signal(SIGPIPE, SIG_DFL); }

void take_user(uid_t user) {
  if (::setgroups(0, nullptr) != 0 || ::setgid(user) != 0 || ::setuid(user) != 0) ::_exit(126);
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const RunOptions& options)
    : input_(options.input), deadline_(Clock::now() + options.time_limit) {
  std::signal(SIGPIPE, SIG_IGN);  // a program that doesn't read its input is no reason to die
  start(command, options);
}

Process::~Process() {
  if (id_ > 0) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  for (int* fd : {&in_, &out_, &err_}) close_and_forget(*fd);
}

// The program's file is opened before the user changes, who may not be able to reach it.
void Process::start(const std::vector<std::string>& command, const RunOptions& options) {
  const std::string found = find_in_path(command.front());
  const int program = found.empty() ? -1 : ::open(found.c_str(), O_RDONLY | O_CLOEXEC);
  if (program < 0) throw std::runtime_error(command.front() + " could not be opened");
  std::vector<std::string> arguments = command, environment = environment_of(options);
  const std::vector<char*> argv = pointers_to(arguments), envp = pointers_to(environment);
  Pipe in = make_pipe();
  Pipe out = options.terminal ? make_terminal() : make_pipe();
  Pipe err = options.terminal ? Pipe{} : make_pipe();
  if (!options.output_to.empty()) {
    close_and_forget(out.write_end);
    out.write_end = ::open(options.output_to.c_str(), O_WRONLY | O_CLOEXEC);
    if (out.write_end < 0) fail(options.output_to.string());
  }
  id_ = ::fork();
  if (id_ < 0) fail("fork");
  if (id_ == 0) {
    ::dup2(in.read_end, STDIN_FILENO);
    ::dup2(out.write_end, STDOUT_FILENO);
    ::dup2(options.terminal ? out.write_end : err.write_end, STDERR_FILENO);
    if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(125);
    if (options.user) take_user(*options.user);
    restore_signals();
    ::fexecve(program, argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(program);
  for (int* fd : {&in.read_end, &out.write_end, &err.write_end}) close_and_forget(*fd);
  in_ = in.write_end, out_ = out.read_end, err_ = err.read_end;
  for (int fd : {in_, out_, err_}) {
    if (fd >= 0) ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  if (input_.empty()) close_and_forget(in_);
}

void Process::signal(int number) const { ::kill(id_, number); }

bool Process::wait_until_read(std::uint64_t bytes) const {
  const std::string place = "/proc/" + std::to_string(id_) + "/io";
  while (Clock::now() < deadline_) {
    std::ifstream in(place);
    std::string name;
    std::uint64_t count = 0;
    if (!(in >> name >> count)) return false;  // "rchar: N" is the first line
    if (count >= bytes) return true;
    siginfo_t state{};
    ::waitid(P_PID, static_cast<id_t>(id_), &state, WEXITED | WNOHANG | WNOWAIT);
    if (state.si_pid != 0) return false;
    ::sched_yield();
  }
  return false;
}

bool Process::wait_for_output(const std::string& text) {
  while (result_.out.find(text) == std::string::npos) {
    if (!pump()) return false;
  }
  return true;
}

bool Process::pump() {
  std::array<pollfd, 3> polled = {pollfd{.fd = in_, .events = POLLOUT, .revents = 0},
                                  pollfd{.fd = out_, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = err_, .events = POLLIN, .revents = 0}};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now());
  if (out_ < 0 && err_ < 0) return false;
  if (left.count() <= 0 ||
      ::poll(polled.data(), polled.size(), static_cast<int>(left.count())) <= 0)
    return false;
  if (polled[0].revents != 0) {
    const ssize_t n = ::write(in_, input_.data(), input_.size());
    if (n > 0) input_.erase(0, static_cast<std::size_t>(n));
    if (input_.empty() || (n < 0 && errno != EAGAIN)) close_and_forget(in_);
  }
  const auto take = [](int& fd, std::string& text) {
    std::array<char, 65536> buffer;
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n > 0) text.append(buffer.data(), static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && errno != EAGAIN)) close_and_forget(fd);  // a terminal ends with EIO
  };
  if (polled[1].revents != 0) take(out_, result_.out);
  if (polled[2].revents != 0) take(err_, result_.err);
  return true;
}

RunResult Process::wait() {
  while (pump()) {
  }
  result_.out_of_time = Clock::now() >= deadline_;
  if (result_.out_of_time) ::kill(id_, SIGKILL);
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = -1;
  result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return std::move(result_);
}

RunResult run(const std::vector<std::string>& command, const RunOptions& options) {
  return Process(command, options).wait();
}

std::string program_under_test(const char* built) {
  const char* given = std::getenv("PREGAP_PROGRAM");
  return given != nullptr && *given != '\0' ? given : built;
}

bool is_installed(const std::string& program) { return !find_in_path(program).empty(); }

TempFolder::TempFolder() {
  std::string name = (fs::temp_directory_path() / "pregap-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail(name);
  path_ = fs::canonical(name);
  fs::permissions(path_, fs::perms(0755));
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void TempFolder::write(const fs::path& name, std::span<const std::uint8_t> bytes) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream out(path_ / name, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error(name.string() + " could not be written");
}

void TempFolder::write(const fs::path& name, const std::string& text) const {
  write(name, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::vector<std::uint8_t> TempFolder::read(const fs::path& name) const {
  return read_file(path_ / name);
}

std::string TempFolder::read_text(const fs::path& name) const {
  const std::vector<std::uint8_t> bytes = read(name);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::string> TempFolder::list() const {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path_)) {
    const std::string name = fs::relative(entry.path(), path_).string();
    names.push_back(entry.is_directory() && !entry.is_symlink() ? name + '/' : name);
  }
  std::ranges::sort(names);
  return names;
}

std::vector<nlohmann::json> json_lines(const std::string& text) {
  std::vector<nlohmann::json> result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) result.push_back(nlohmann::json::parse(line));
  return result;
}

}  // namespace pregap::test
