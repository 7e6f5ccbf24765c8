#include "operations/rip_work.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "pregap/bytes.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

[[noreturn]] void fail_writing(const std::filesystem::path& path) {
  throw Error(ErrorCode::unwritable, path.string(),
              fmt::format("{}, expected to write the rip there", std::strerror(errno)));
}

}  // namespace

PlacedFile::PlacedFile(std::filesystem::path path, Opening opening) : path_(std::move(path)) {
  const int flags = O_RDWR | O_CREAT | O_CLOEXEC | (opening == Opening::anew ? O_TRUNC : 0);
  fd_ = ::open(path_.c_str(), flags, 0666);
  if (fd_ < 0) fail_writing(path_);
}

PlacedFile::~PlacedFile() { ::close(fd_); }

void PlacedFile::write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_writing(path_);
    offset += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

void PlacedFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  while (!out.empty()) {
    const ssize_t n = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      throw Error(ErrorCode::unreadable, fmt::format("{}:byte {}", path_.string(), offset),
                  fmt::format("{}, expected what was written there", std::strerror(errno)));
    }
    if (n == 0) break;
    offset += static_cast<std::uint64_t>(n);
    out = out.subspan(static_cast<std::size_t>(n));
  }
  std::ranges::fill(out, std::uint8_t{0});
}

void PlacedFile::resize(std::uint64_t size) {
  if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) fail_writing(path_);
}

void PlacedFile::flush() {
  if (::fdatasync(fd_) != 0) fail_writing(path_);
}

WorkPaths work_paths(const std::filesystem::path& stem) {
  const auto with = [&](const char* ending) {
    std::filesystem::path path = stem;
    return path.replace_extension(ending);
  };
  return {.sectors = with(".rip"), .subchannel = with(".ripsub"), .map = with(".map")};
}

std::vector<std::uint8_t> read_small_file(const std::filesystem::path& path) {
  constexpr std::uint64_t kMost = std::uint64_t{16} << 20;
  const std::unique_ptr<ByteSource> file = open_file(path);
  if (file->size() > kMost) {
    throw Error(ErrorCode::malformed, path.string(),
                fmt::format("{} bytes, expected at most {}", file->size(), kMost));
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(file->size()));
  read_exactly(*file, 0, bytes);
  return bytes;
}

// Renaming replaces the old one at once: whatever moment power goes, one of them is whole.
void replace_file(const std::filesystem::path& path, const std::string& text, bool flush) {
  std::filesystem::path fresh = path;
  fresh += ".new";
  {
    PlacedFile file(fresh, PlacedFile::Opening::anew);
    file.write(0, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    if (flush) file.flush();
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) fail_writing(path);
}

}  // namespace pregap::operations
