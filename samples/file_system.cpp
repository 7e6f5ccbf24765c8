#include "file_system.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "files.h"
#include "noise.h"

namespace samples {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 2048;

Bytes text(const std::string& line, int times) {
  Bytes result;
  for (int i = 0; i < times; ++i) result.insert(result.end(), line.begin(), line.end());
  return result;
}

// Long and foreign names, depth, an empty file, a link, zeros, and noise for the rest.
void write_tree(const fs::path& tree, const std::string& volume, std::size_t sectors) {
  write_file(tree / "README.TXT", text("This is the volume " + volume + ".\r\n", 1));
  write_file(tree / "a name that only Joliet and Rock Ridge can keep.text", text("long\n", 1));
  write_file(tree / "Grüße.txt", text("Grüße aus der Rille\n", 1));
  write_file(tree / "docs" / "lines.txt", text("Pack my box with five dozen liquor jugs.\n", 500));
  write_file(tree / "one" / "two" / "three" / "four" / "leaf.txt", text("deep\n", 1));
  write_file(tree / "empty", Bytes());
  write_file(tree / "data" / "zeros.bin", Bytes(8 * kBlock));
  Bytes noise(sectors * kBlock - 1000);
  Noise(sectors).fill(noise);
  write_file(tree / "data" / "noise.bin", noise);
  fs::create_symlink("README.TXT", tree / "link");
}

// With an environment of its own, so that neither locale nor time zone shows in the result. What
// the command says goes to `log`.
void run(std::vector<std::string> command, const fs::path& log) {
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  std::string locale = "LC_ALL=C", zone = "TZ=UTC", epoch = "SOURCE_DATE_EPOCH=1577836800";
  char* const environment[] = {locale.data(), zone.data(), epoch.data(), nullptr};

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t process = 0;
  const int error =
      posix_spawnp(&process, arguments[0], &files, nullptr, arguments.data(), environment);
  posix_spawn_file_actions_destroy(&files);
  if (error == ENOENT) {
    throw std::runtime_error(command[0] + " is not installed (Debian: apt-get install xorriso)");
  }
  if (error != 0) throw std::runtime_error(command[0] + ": " + std::strerror(error));
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    const Bytes said = read_file(log);
    throw std::runtime_error(command[0] + " failed:\n" + std::string(said.begin(), said.end()));
  }
}

struct Scratch {
  const fs::path path;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

}  // namespace

Bytes make_file_system(const std::string& volume, std::size_t sectors, const fs::path& scratch) {
  const std::string date = "2020010100000000";  // of the volume and of every file in it
  const Scratch removed_at_the_end{scratch};
  const fs::path tree = scratch / "tree", iso = scratch / "image.iso";
  write_tree(tree, volume, sectors);
  run({"xorriso",
       "-no_rc",
       "-as",
       "mkisofs",
       "-quiet",
       "-no-pad",
       "-input-charset",
       "UTF-8",
       "-r",
       "-J",
       "-joliet-long",
       "-V",
       volume,
       "-A",
       "PREGAP SAMPLE",
       "-p",
       "PREGAP",
       "-sysid",
       "",
       "--modification-date=" + date,
       "--set_all_file_dates",
       date,
       "-o",
       iso.string(),
       tree.string()},
      scratch / "log");
  return read_file(iso);
}

}  // namespace samples
