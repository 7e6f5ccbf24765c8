#include "bytes/staging_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "pregap/error.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameShown = 200;  // bytes of the target's name in the staging name

std::string prefix_of(const fs::path& target) {
  return fmt::format(".{}.pregap-", target.filename().string().substr(0, kNameShown));
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_staging_name(const std::string& name, const std::string& prefix) {
  if (!name.starts_with(prefix)) return false;
  const std::string_view rest = std::string_view(name).substr(prefix.size());
  const std::size_t dash = rest.find('-');
  return dash != rest.npos && is_number(rest.substr(0, dash)) && is_number(rest.substr(dash + 1));
}

int open_folder(const fs::path& path) {
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// Whether `fd` is what the path leads to still.
bool is_there(const fs::path& path, int fd) {
  struct stat by_name {
  }, by_fd{};
  return ::lstat(path.c_str(), &by_name) == 0 && ::fstat(fd, &by_fd) == 0 &&
         by_name.st_dev == by_fd.st_dev && by_name.st_ino == by_fd.st_ino;
}

// Its process lives as long as the lock is held; where there are no locks, nothing is touched.
void remove_if_dead(const fs::path& path) {
  const int fd = open_folder(path);
  if (fd < 0) return;
  struct stat st {};
  const bool own = ::fstat(fd, &st) == 0 && st.st_uid == ::geteuid();
  if (own && ::flock(fd, LOCK_EX | LOCK_NB) == 0) {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  ::close(fd);
}

void remove_dead(const fs::path& target) {
  const std::string prefix = prefix_of(target);
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder_of(target), error), end; !error && at != end;
       at.increment(error)) {
    if (is_staging_name(at->path().filename().string(), prefix)) found.push_back(at->path());
  }
  for (const fs::path& path : found) remove_if_dead(path);
}

}  // namespace

fs::path folder_of(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

fs::path staging_name(const fs::path& target, int attempt) {
  return folder_of(target) / fmt::format("{}{}-{}", prefix_of(target), ::getpid(), attempt);
}

StagingFolder::StagingFolder(const fs::path& target) {
  remove_dead(target);
  for (int attempt = 0; attempt < kStagingTries; ++attempt) {
    if (make(staging_name(target, attempt))) return;
    if (errno != EEXIST) break;
  }
  throw Error(ErrorCode::unwritable, folder_of(target).string(),
              fmt::format("{}, expected a folder for the output", std::strerror(errno)));
}

// Between making and locking it another process may take it for a dead one's: then the next name.
bool StagingFolder::make(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0) return false;
  lock_ = open_folder(path);
  if (lock_ >= 0) ::flock(lock_, LOCK_EX);
  if (lock_ < 0 || !is_there(path, lock_)) {
    if (lock_ >= 0) ::close(lock_);
    lock_ = -1;
    errno = EEXIST;
    return false;
  }
  path_ = path;
  return true;
}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace pregap
