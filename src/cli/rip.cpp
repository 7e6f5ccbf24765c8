// pregap rip starts pregap-rip, which lies beside it: this program, which parses images from
// anywhere, never touches a drive.
#include "cli/rip.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

namespace pregap::cli {

int run_rip(int argc, char** argv) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string program = (self.parent_path() / "pregap-rip").string();
  std::vector<char*> arguments = {const_cast<char*>(program.c_str())};
  for (int i = 2; i < argc; ++i) arguments.push_back(argv[i]);
  arguments.push_back(nullptr);
  if (!error) ::execv(program.c_str(), arguments.data());
  print_error(Error(ErrorCode::not_found, program,
                    fmt::format("{}, expected the program that reads drives beside pregap",
                                std::strerror(error ? error.value() : errno)),
                    "it is built and installed with -DPREGAP_RIP=ON"));
  return kFailed;
}

}  // namespace pregap::cli
