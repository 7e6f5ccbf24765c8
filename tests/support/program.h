// Running a program as a user would, in a folder of its own, and looking at all it leaves: what it
// printed, its exit status, the files.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pregap::test {

struct RunOptions {
  std::filesystem::path folder{};                    // where it runs
  std::string input{};                               // its standard input, then its end
  std::map<std::string, std::string> environment{};  // added to the test's own
  std::filesystem::path output_to{};                 // standard output goes there, uncaptured
  bool terminal = false;                             // stdout and stderr are a terminal: see `out`
  std::optional<uid_t> user{};                       // run as; the test must be root
  std::chrono::seconds time_limit{60};
};

struct RunResult {
  int status = -1;  // the exit status; 128 + n when signal n ended it
  std::string out, err;
  bool out_of_time = false;  // it was killed at the time limit
};

// A program at work. Its output is read only in wait() and wait_for_output().
class Process {
 public:
  // A name without a slash is looked for in PATH. Throws std::runtime_error if it can't be started.
  Process(const std::vector<std::string>& command, const RunOptions& options);
  ~Process();  // kills it if wait() was not called
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return id_; }
  void signal(int number) const;

  // Bytes that it has read so far, from anywhere. Waits until there are at least `bytes` of them;
  // false if it ended before or the time limit passed.
  bool wait_until_read(std::uint64_t bytes) const;

  // Waits until `text` stands in its standard output; false if it ended before.
  bool wait_for_output(const std::string& text);

  RunResult wait();

 private:
  void start(const std::vector<std::string>& command, const RunOptions& options);
  bool pump();  // moves what is ready; false when every pipe is closed or time is up

  pid_t id_ = -1;
  int in_ = -1, out_ = -1, err_ = -1;
  std::string input_;
  RunResult result_;
  std::chrono::steady_clock::time_point deadline_;
};

RunResult run(const std::vector<std::string>& command, const RunOptions& options = {});

// The program under test: $PREGAP_PROGRAM, else the one that was built with the tests.
std::string program_under_test(const char* built);
#ifdef PREGAP_PROGRAM
inline RunResult run_pregap(std::vector<std::string> arguments, const RunOptions& options = {}) {
  arguments.insert(arguments.begin(), program_under_test(PREGAP_PROGRAM));
  return run(arguments, options);
}
#endif

bool is_installed(const std::string& program);

// A folder that is gone with the object. Everybody may read and enter it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }
  void write(const std::filesystem::path& name, std::span<const std::uint8_t> bytes) const;
  void write(const std::filesystem::path& name, const std::string& text) const;
  std::vector<std::uint8_t> read(const std::filesystem::path& name) const;
  std::string read_text(const std::filesystem::path& name) const;

  // Every name below it, sorted, hidden ones too; folders end with a slash.
  std::vector<std::string> list() const;

 private:
  std::filesystem::path path_;
};

// One JSON value a line. Throws on what is none.
std::vector<nlohmann::json> json_lines(const std::string& text);

}  // namespace pregap::test
