#include "file_system.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>

#include "files.h"
#include "noise.h"

namespace samples {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 2048, kDiskSector = 512;
constexpr std::time_t kDate = 1'577'836'800;  // 2020-01-01, of every file

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
void run(std::vector<std::string> command, const fs::path& log, const std::string& package) {
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
    throw std::runtime_error(command[0] + " is not installed (Debian: apt-get install " + package +
                             ")");
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

// FAT in an image of `size` bytes, at `place` as mtools write it; one file a folder below the
// first, since they are copied in the order in which the system lists them.
Bytes make_fat(const std::string& place, std::size_t size, const std::vector<std::string>& geometry,
               const fs::path& scratch) {
  const Scratch removed_at_the_end{scratch};
  const fs::path tree = scratch / "tree", disk = scratch / "disk";
  write_file(tree / "README.TXT", text("A disk of pregap's samples.\r\n", 1));
  write_file(tree / "LETTERS" / "To whom it may concern.txt", text("Dear Sir or Madam,\r\n", 40));
  Bytes noise(20'000);
  Noise(size).fill(noise);
  write_file(tree / "GAME.DAT", noise);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(tree)) {
    const timespec date[2] = {{.tv_sec = kDate, .tv_nsec = 0}, {.tv_sec = kDate, .tv_nsec = 0}};
    utimensat(AT_FDCWD, entry.path().c_str(), date, 0);
  }
  write_file(disk, Bytes(size));
  const std::string image = disk.string() + place;
  std::vector<std::string> format = {"mformat", "-i", image, "-N", "20200101"};
  format.insert(format.end(), geometry.begin(), geometry.end());
  format.push_back("::");
  run(format, scratch / "log", "mtools");
  run({"mcopy", "-m", "-s", "-i", image, tree / "README.TXT", tree / "LETTERS", tree / "GAME.DAT",
       "::"},
      scratch / "log", "mtools");
  return read_file(disk);
}

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
      scratch / "log", "xorriso");
  return read_file(iso);
}

Bytes make_floppy(const fs::path& scratch) {
  return make_fat("", 2880 * kDiskSector, {"-f", "1440"}, scratch);
}

// A partition of 2 MiB behind the first.
Bytes make_card(const fs::path& scratch) {
  constexpr std::size_t kFirst = 2048, kCount = 4096;
  Bytes card =
      make_fat("@@1M", (kFirst + kCount) * kDiskSector,
               {"-T", std::to_string(kCount), "-h", "16", "-s", "32", "-H", std::to_string(kFirst)},
               scratch);
  std::uint8_t* entry = card.data() + 446;
  entry[4] = 0x01;  // FAT12
  for (std::size_t i = 0; i < 4; ++i) {
    entry[8 + i] = static_cast<std::uint8_t>(kFirst >> (8 * i));
    entry[12 + i] = static_cast<std::uint8_t>(kCount >> (8 * i));
  }
  card[510] = 0x55;
  card[511] = 0xAA;
  return card;
}

}  // namespace samples
