#include "bytes/patch_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "pregap/error.h"

namespace pregap {
namespace {

[[noreturn]] void fail(ErrorCode code, const std::filesystem::path& path, std::uint64_t offset,
                       const char* found, const char* expected) {
  throw Error(code, fmt::format("{}:byte {}", path.string(), offset),
              fmt::format("{}, expected {}", found, expected));
}

}  // namespace

PatchFile::PatchFile(std::filesystem::path path) : path_(std::move(path)) {
  fd_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd_ < 0) {
    const int error = errno;
    throw Error(error == ENOENT ? ErrorCode::not_found : ErrorCode::unwritable, path_.string(),
                fmt::format("{}, expected a file that can be changed", std::strerror(error)));
  }
  struct stat st {};
  const bool regular = ::fstat(fd_, &st) == 0 && S_ISREG(st.st_mode);
  const bool locked = regular && (::flock(fd_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK);
  if (regular && locked) return;
  ::close(std::exchange(fd_, -1));
  if (!regular) {
    throw Error(ErrorCode::unwritable, path_.string(),
                "no regular file, expected one that can be changed");
  }
  throw Error(ErrorCode::refused, path_.string(),
              "in use by another repair, expected to be the only one");
}

PatchFile::~PatchFile() {
  if (fd_ >= 0) ::close(fd_);
}

std::uint64_t PatchFile::size() const {
  struct stat st {};
  return ::fstat(fd_, &st) == 0 ? static_cast<std::uint64_t>(st.st_size) : 0;
}

void PatchFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  while (!out.empty()) {
    const ssize_t n = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      fail(ErrorCode::unreadable, path_, offset, n < 0 ? std::strerror(errno) : "the file's end",
           "bytes that can be read");
    }
    out = out.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

void PatchFile::write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      fail(ErrorCode::unwritable, path_, offset, std::strerror(errno), "a file that takes changes");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

void PatchFile::flush_to_disk() {
  if (::fsync(fd_) == 0) return;
  throw Error(ErrorCode::unwritable, path_.string(),
              fmt::format("{}, expected the changes to reach the disk", std::strerror(errno)));
}

void flush_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  const int error = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (error == EIO || error == ENOSPC || error == EDQUOT) {
    throw Error(ErrorCode::unwritable, folder.string(),
                fmt::format("{}, expected the new name to reach the disk", std::strerror(error)));
  }
}

}  // namespace pregap
