#include "operations/extract_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#include "base/text.h"
#include "bytes/copy_range.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 255;  // bytes, as on every usual file system

Error unwritable(const fs::path& path, int error) {
  return {ErrorCode::unwritable, path.string(),
          fmt::format("{}, expected a place for extracted files", std::strerror(error))};
}

// Access and modification; what isn't known stays as it is.
void set_times(const fs::path& path, const volumes::FileTimes& times) {
  const auto spec = [](const std::optional<std::int64_t>& time) {
    return time ? timespec{.tv_sec = *time, .tv_nsec = 0}
                : timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT};
  };
  const timespec both[2] = {spec(times.accessed ? times.accessed : times.modified),
                            spec(times.modified)};
  ::utimensat(AT_FDCWD, path.c_str(), both, AT_SYMLINK_NOFOLLOW);
}

// Whether a link in a folder `depth` below the top stays in the tree, whatever other links there
// are: ".." may only stand at the beginning, where it goes through folders that are none.
bool stays_inside(const std::string& target, std::size_t depth) {
  if (target.empty() || target.starts_with('/')) return false;
  std::size_t up = 0;
  bool only_up_so_far = true;
  for (const fs::path& part : fs::path(target)) {
    if (part == "..") {
      if (!only_up_so_far || ++up > depth) return false;
    } else if (part != "." && !part.empty()) {
      only_up_so_far = false;
    }
  }
  return true;
}

// At a character's border, with the ending kept where it is short.
std::string shortened(const std::string& name, std::size_t room) {
  if (name.size() <= room) return name;
  const std::size_t dot = name.rfind('.');
  const std::string ending =
      dot != std::string::npos && name.size() - dot <= 16 ? name.substr(dot) : std::string();
  std::size_t cut = room - ending.size();
  while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xC0) == 0x80) --cut;
  return name.substr(0, cut) + ending;
}

}  // namespace

TreeFile::TreeFile(fs::path path) : path_(std::move(path)) {
  fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd_ < 0) fail(errno);
}

TreeFile::~TreeFile() {
  if (fd_ >= 0) ::close(fd_);
  if (too_large_) ::unlink(path_.c_str());
}

void TreeFile::fail(int error) const { throw unwritable(path_, error); }

void TreeFile::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    if (too_large_) {
      size_ += bytes.size();
      return;
    }
    const ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EFBIG) {
      too_large_ = true;
      continue;
    }
    if (n <= 0) fail(n == 0 ? ENOSPC : errno);
    size_ += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

std::uint64_t TreeFile::copy(ByteSource::InFile from, std::uint64_t size) {
  if (too_large_) return 0;
  const std::uint64_t n = copy_in_system(from, size, fd_, size_);
  size_ += n;
  return n;
}

void TreeFile::skip(std::uint64_t size) {
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());
  size_ = size > kLargest - std::min(size_, kLargest) ? kLargest : size_ + size;
  too_large_ = too_large_ || size_ == kLargest;
}

bool TreeFile::finish(const volumes::FileEntry& entry) {
  if (!too_large_ && ::ftruncate(fd_, static_cast<off_t>(size_)) != 0) {
    if (errno != EFBIG) fail(errno);
    too_large_ = true;
  }
  if (too_large_) return false;
  if (entry.mode) ::fchmod(fd_, static_cast<mode_t>(*entry.mode & 0777));
  const int closed = ::close(std::exchange(fd_, -1));
  if (closed != 0) fail(errno);
  set_times(path_, entry.times);
  return true;
}

ExtractTree::ExtractTree(fs::path folder, Overwrite overwrite)
    : folder_(std::move(folder)), overwrite_(overwrite) {
  std::error_code error;
  if (!fs::is_directory(folder_, error)) {
    made_folder_ = fs::create_directory(folder_, error);
    if (error) throw unwritable(folder_, error.value());
  }
  try {
    staging_.emplace(folder_ / "extract");
  } catch (...) {
    if (made_folder_) ::rmdir(folder_.c_str());
    throw;
  }
}

ExtractTree::~ExtractTree() {
  if (!staging_) return;
  // Folders may have come with modes that forbid removing what is in them.
  std::error_code ignored;
  for (const auto& [relative, entry] : folders_) {
    fs::permissions(path_of(relative), fs::perms::owner_all, ignored);
  }
  staging_.reset();
  if (made_folder_) ::rmdir(folder_.c_str());
}

fs::path ExtractTree::path_of(const fs::path& relative) const {
  return staging_->path() / relative;
}

fs::path ExtractTree::place(const fs::path& parent, const std::string& name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    throw Error(ErrorCode::refused, printable(name), "leads elsewhere, expected a file's name");
  }
  std::set<std::string>& used = used_[parent];
  std::string chosen = shortened(name, kLongestName);
  for (int n = 2; used.contains(chosen); ++n) {
    const std::string mark = fmt::format(" ({})", n);
    chosen = shortened(name, kLongestName - mark.size()) + mark;
  }
  used.insert(chosen);
  if (parent.empty() && overwrite_ == Overwrite::refuse) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(folder_ / chosen, ignored))) {
      throw Error(ErrorCode::exists, (folder_ / chosen).string(),
                  "exists already, expected no file of that name", "--force replaces it");
    }
  }
  return parent / chosen;
}

void ExtractTree::make_folder(const fs::path& relative, const volumes::FileEntry& entry) {
  if (::mkdir(path_of(relative).c_str(), 0777) != 0) throw unwritable(path_of(relative), errno);
  folders_.emplace_back(relative, entry);
}

bool ExtractTree::make_link(const fs::path& relative, const volumes::FileEntry& entry,
                            bool allow_outside) {
  const auto depth = static_cast<std::size_t>(std::distance(relative.begin(), relative.end())) - 1;
  if (entry.link_target.empty()) return false;
  if (!allow_outside && !stays_inside(entry.link_target, depth)) return false;
  if (::symlink(entry.link_target.c_str(), path_of(relative).c_str()) != 0) {
    throw unwritable(path_of(relative), errno);
  }
  set_times(path_of(relative), entry.times);
  return true;
}

void ExtractTree::move_into_place(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno != EEXIST) {
    if (errno != EINVAL || fs::exists(fs::symlink_status(to))) throw unwritable(to, errno);
    if (::rename(from.c_str(), to.c_str()) == 0) return;  // a file system without the flag
    throw unwritable(to, errno);
  }
  if (overwrite_ == Overwrite::refuse) {
    throw Error(ErrorCode::exists, to.string(), "came up meanwhile, expected a free name",
                "--force replaces it");
  }
  std::error_code error;
  const bool both_folders =
      fs::is_directory(fs::symlink_status(from)) && fs::is_directory(fs::symlink_status(to));
  if (both_folders) {
    std::vector<fs::path> names;
    for (const auto& child : fs::directory_iterator(from)) names.push_back(child.path().filename());
    for (const fs::path& name : names) move_into_place(from / name, to / name);
    return;
  }
  if (fs::is_directory(fs::symlink_status(to))) {
    throw Error(ErrorCode::exists, to.string(), "a folder where a file is to be, expected none");
  }
  fs::rename(from, to, error);
  if (error && error.value() == EISDIR) error.clear();
  if (error == std::errc::not_a_directory) {  // a folder takes the place of a file
    fs::remove(to, error);
    fs::rename(from, to, error);
  }
  if (error) throw unwritable(to, error.value());
}

void ExtractTree::commit() {
  std::vector<fs::path> names;
  for (const auto& child : fs::directory_iterator(staging_->path())) {
    names.push_back(child.path().filename());
  }
  std::ranges::sort(names);
  for (const fs::path& name : names) move_into_place(staging_->path() / name, folder_ / name);
  made_folder_ = false;
  staging_.reset();
  // Deepest first: what is done in a folder changes its time.
  for (auto at = folders_.rbegin(); at != folders_.rend(); ++at) {
    const fs::path path = folder_ / at->first;
    if (at->second.mode) ::chmod(path.c_str(), static_cast<mode_t>(*at->second.mode & 0777));
    set_times(path, at->second.times);
  }
}

}  // namespace pregap::operations
