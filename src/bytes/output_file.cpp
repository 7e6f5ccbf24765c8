#include "bytes/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "bytes/copy_range.h"
#include "bytes/staging_folder.h"
#include "pregap/error.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kMode = 0666;  // the umask takes off what it should
constexpr std::size_t kGather = 256 * 1024;

[[noreturn]] void throw_exists(const fs::path& target) {
  throw Error(ErrorCode::exists, target.string(), "exists already, expected a new name",
              "--force replaces it");
}

[[noreturn]] void throw_unwritable(const fs::path& place, int error, const char* expected) {
  throw Error(ErrorCode::unwritable, place.string(),
              fmt::format("{}, expected {}", std::strerror(error), expected));
}

fs::path free_staging_name(const fs::path& target) {
  struct stat st {};
  int attempt = 0;
  while (attempt < kStagingTries && ::lstat(staging_name(target, attempt).c_str(), &st) == 0) {
    ++attempt;
  }
  return staging_name(target, attempt);
}

}  // namespace

void require_writable_target(const fs::path& target, Overwrite overwrite) {
  struct stat st {};
  const bool there = ::lstat(target.c_str(), &st) == 0;
  if (there && overwrite == Overwrite::refuse) throw_exists(target);
  if (there && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) {
    throw Error(ErrorCode::unwritable, target.string(),
                "not a regular file, expected one that can be replaced");
  }
  const fs::path folder = folder_of(target);
  if (::stat(folder.c_str(), &st) != 0) throw_unwritable(folder, errno, "a folder for the output");
  if (!S_ISDIR(st.st_mode)) throw_unwritable(folder, ENOTDIR, "a folder for the output");
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw_unwritable(folder, errno, "a folder that can be written to");
  }
}

OutputFile::OutputFile(fs::path target, Overwrite overwrite, Staging staging, Replacing replacing)
    : target_(std::move(target)), overwrite_(overwrite), replacing_(replacing) {
  require_writable_target(target_, overwrite_);
  if (staging == Staging::unnamed_if_possible) open_unnamed();
  if (fd_ < 0) open_named();
}

OutputFile::OutputFile(fs::path target, Overwrite overwrite, const fs::path& staged)
    : target_(std::move(target)),
      overwrite_(overwrite),
      replacing_(Replacing::exchange_if_possible) {
  require_writable_target(target_, overwrite_);
  fd_ = ::open(staged.c_str(), O_WRONLY | O_CLOEXEC);
  struct stat st {};
  if (fd_ < 0 || ::fstat(fd_, &st) != 0) fail(errno);
  staged_ = staged;
  size_ = static_cast<std::uint64_t>(st.st_size);
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!staged_.empty()) ::unlink(staged_.c_str());
}

void OutputFile::open_unnamed() {
  if (::access("/proc/self/fd", X_OK) != 0) return;  // link_to() needs it
  fd_ = ::open(folder_of(target_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kMode);
}

void OutputFile::open_named() {
  for (int attempt = 0; attempt < kStagingTries; ++attempt) {
    fs::path name = staging_name(target_, attempt);
    fd_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
    if (fd_ >= 0) {
      staged_ = std::move(name);
      return;
    }
    if (errno != EEXIST) break;
  }
  fail(errno);
}

void OutputFile::fail(int error) const {
  throw Error(ErrorCode::unwritable, fmt::format("{}:byte {}", target_.string(), size_),
              fmt::format("{}, expected room for the output", std::strerror(error)));
}

void OutputFile::write(std::span<const std::uint8_t> bytes) {
  if (bytes.size() >= kGather) {
    write_gathered();
    write_through(bytes);
    return;
  }
  gathered_.insert(gathered_.end(), bytes.begin(), bytes.end());
  if (gathered_.size() >= kGather) write_gathered();
}

void OutputFile::write_gathered() {
  write_through(gathered_);
  gathered_.clear();
}

void OutputFile::write_through(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      fail(errno);
    }
    size_ += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

std::uint64_t OutputFile::copy(ByteSource::InFile from, std::uint64_t size) {
  write_gathered();
  const std::uint64_t n = copy_in_system(from, size, fd_, size_);
  size_ += n;
  if (::lseek(fd_, static_cast<off_t>(size_), SEEK_SET) < 0) fail(errno);
  return n;
}

void OutputFile::overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  write_gathered();
  const std::uint64_t end = offset + bytes.size();
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      fail(errno);
    }
    offset += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  if (end <= size_) return;
  size_ = end;
  if (::lseek(fd_, static_cast<off_t>(size_), SEEK_SET) < 0) fail(errno);
}

void OutputFile::skip(std::uint64_t bytes) {
  write_gathered();
  const auto end = static_cast<off_t>(size_ + bytes);
  if (::ftruncate(fd_, end) != 0 || ::lseek(fd_, end, SEEK_SET) < 0) fail(errno);
  size_ += bytes;
}

void OutputFile::flush_to_disk() {
  write_gathered();
  if (::fsync(fd_) != 0) fail(errno);
}

void OutputFile::link_to_target() {
  const std::string self = fmt::format("/proc/self/fd/{}", fd_);
  if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, target_.c_str(), AT_SYMLINK_FOLLOW) == 0) return;
  if (errno == EEXIST) throw_exists(target_);
  throw_unwritable(target_, errno, "a name that can be given to the finished output");
}

// A link never replaces what is there, and neither does RENAME_NOREPLACE for file systems without
// links.
void OutputFile::take_free_name() {
  if (staged_.empty()) {
    link_to_target();
    return;
  }
  if (::link(staged_.c_str(), target_.c_str()) == 0) {
    ::unlink(staged_.c_str());
  } else if (errno == EEXIST || ::renameat2(AT_FDCWD, staged_.c_str(), AT_FDCWD, target_.c_str(),
                                            RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) throw_exists(target_);
    rename_if_free();
  }
  staged_.clear();
}

// File systems that know neither links nor a rename that spares what is there: one look, then the
// rename.
void OutputFile::rename_if_free() {
  struct stat st {};
  if (::lstat(target_.c_str(), &st) == 0) throw_exists(target_);
  if (::rename(staged_.c_str(), target_.c_str()) != 0) {
    throw_unwritable(target_, errno, "a name that can be given to the finished output");
  }
}

// The old file is put aside, so that withdraw() can bring it back; it goes when this object does.
// Where the file system can exchange two names, there is no moment without a file at the target.
void OutputFile::take_place_of_target() {
  if (staged_.empty()) link_to_staging_name();
  struct stat st {};
  if (::lstat(target_.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) {
    throw_unwritable(target_, EISDIR, "a file to replace");
  }
  if (replacing_ == Replacing::exchange_if_possible &&
      ::renameat2(AT_FDCWD, staged_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) {
    replaced_ = true;
    return;
  }
  const fs::path aside = free_staging_name(target_);
  if (::rename(target_.c_str(), aside.c_str()) != 0) {
    throw_unwritable(target_, errno, "a file that can be put aside");
  }
  if (::rename(staged_.c_str(), target_.c_str()) != 0) {
    const int error = errno;
    ::rename(aside.c_str(), target_.c_str());
    throw_unwritable(target_, error, "a name that can be taken");
  }
  staged_ = aside;
  replaced_ = true;
}

// Other programs may leave files under such names; each is left alone.
void OutputFile::link_to_staging_name() {
  const std::string self = fmt::format("/proc/self/fd/{}", fd_);
  for (int attempt = 0; attempt < kStagingTries; ++attempt) {
    fs::path name = staging_name(target_, attempt);
    if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      staged_ = std::move(name);
      return;
    }
    if (errno != EEXIST) break;
  }
  throw_unwritable(target_, errno, "a name beside it for the finished output");
}

void OutputFile::commit() {
  write_gathered();
  struct stat st {};
  if (overwrite_ == Overwrite::replace && ::lstat(target_.c_str(), &st) == 0) {
    take_place_of_target();
  } else {
    take_free_name();
  }
  committed_ = true;
  if (::close(std::exchange(fd_, -1)) != 0) {
    const int error = errno;
    withdraw();
    fail(error);
  }
}

void OutputFile::withdraw() noexcept {
  if (!std::exchange(committed_, false)) return;
  if (replaced_) {
    ::rename(staged_.c_str(), target_.c_str());
    staged_.clear();
  } else {
    ::unlink(target_.c_str());
  }
}

void commit_together(std::span<OutputFile* const> files) {
  std::vector<OutputFile*> done;
  try {
    for (OutputFile* file : files) {
      file->commit();
      done.push_back(file);
    }
  } catch (...) {
    for (OutputFile* file : done) file->withdraw();
    throw;
  }
}

}  // namespace pregap
