#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "pregap/bytes.h"
#include "pregap/error.h"

namespace pregap {
namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(int fd, std::uint64_t size, std::string name)
      : fd_(fd), size_(size), name_(std::move(name)) {}
  ~FileSource() override { ::close(fd_); }

  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }
  std::optional<InFile> in_file(std::uint64_t offset, std::uint64_t) const override {
    return InFile{fd_, offset};
  }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()) - out.size()) {
      return 0;
    }
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t n =
          ::pread(fd_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
      if (n == 0) break;
      if (n < 0) {
        if (errno == EINTR) continue;
        throw Error(ErrorCode::unreadable, fmt::format("{}:byte {}", name_, offset + done),
                    fmt::format("{}, expected {} bytes to be readable", std::strerror(errno),
                                out.size() - done));
      }
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

 private:
  int fd_;
  std::uint64_t size_;
  std::string name_;
};

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode)) return "a character device";
  return "no regular file";
}

[[noreturn]] void throw_open_error(const std::string& name, int error) {
  const bool missing = error == ENOENT || error == ENOTDIR;
  throw Error(missing ? ErrorCode::not_found : ErrorCode::unreadable, name,
              missing ? "no such file, expected an image"
                      : fmt::format("{}, expected a readable file", std::strerror(error)));
}

}  // namespace

std::unique_ptr<ByteSource> open_file(const std::filesystem::path& path) {
  std::string name = path.string();
  // Without O_NONBLOCK the opening of a pipe would wait for a writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) throw_open_error(name, errno);
  struct stat st {};
  const bool known = ::fstat(fd, &st) == 0;
  if (!known || !(S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))) {
    ::close(fd);
    throw Error(ErrorCode::unreadable, name,
                fmt::format("{}, expected an image file", known ? kind_of(st.st_mode) : "unknown"));
  }
  const off_t size = S_ISBLK(st.st_mode) ? ::lseek(fd, 0, SEEK_END) : st.st_size;
  return std::make_unique<FileSource>(fd, static_cast<std::uint64_t>(size < 0 ? 0 : size),
                                      std::move(name));
}

}  // namespace pregap
