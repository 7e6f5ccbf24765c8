// Other programs, run as processes of their own. What is written in their place in PATH is run with
// the C locale; none outlives its object, nor this process.
#pragma once

#include <sys/types.h>

#include <stop_token>
#include <string>
#include <vector>

namespace pregap {

// Throws Error(unsupported) that names the Debian package if the program isn't installed.
std::string find_tool(const std::string& program, const std::string& package);

class ToolProcess {
 public:
  // `command[0]` is a path. A `listener` becomes the child's descriptor 3, handed over as systemd
  // does (LISTEN_FDS, LISTEN_PID). Throws Error(unreadable) if there can be no process.
  explicit ToolProcess(const std::vector<std::string>& command, int listener = -1);
  ~ToolProcess();  // ends it and waits
  ToolProcess(const ToolProcess&) = delete;
  ToolProcess& operator=(const ToolProcess&) = delete;

  // Its exit status, 128 + n after signal n. Throws Error(stopped) when asked to stop before.
  int wait(const std::stop_token& stop = {});

  // Whether it ends by itself within a few seconds: for one that has closed its side.
  bool ends_soon();

  // What it printed so far, up to 64 KiB of each.
  std::string out() const;
  std::string err() const;

 private:
  bool has_ended(int options);  // asks, or waits

  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;  // unnamed files, so that nobody has to read while it runs
  int status_ = -1;
};

// The first line that says something, without the program's name in front.
std::string first_line(const std::string& text);

}  // namespace pregap
