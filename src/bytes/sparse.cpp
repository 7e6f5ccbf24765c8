// Files with holes. They read as zeros like any other; here they are counted.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "bytes/container_kind.h"

namespace pregap {
namespace {

constexpr off_t kSmallest = 64 * 1024;  // less is no saving that somebody meant
constexpr off_t kBlock = 512;           // stat's, whatever the file system's
constexpr int kMostHoles = 100'000;     // looked at

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

struct Holes {
  int count = 0;
  off_t bytes = 0;
  bool all = true;  // false: there are more
};

Holes count_holes(const std::filesystem::path& path) {
  const Descriptor file(path);
  Holes holes;
  struct stat st {};
  if (file.get() < 0 || ::fstat(file.get(), &st) != 0) return holes;
  for (off_t at = 0; at < st.st_size;) {
    const off_t hole = ::lseek(file.get(), at, SEEK_HOLE);
    if (hole < 0 || hole >= st.st_size) break;
    const off_t data = ::lseek(file.get(), hole, SEEK_DATA);
    at = data < 0 ? st.st_size : data;  // there is none up to the end
    holes.bytes += at - hole;
    if (++holes.count == kMostHoles) {
      holes.all = false;
      break;
    }
  }
  return holes;
}

// A compressing file system stores less as well, without any hole.
bool probe(const Packed& packed) {
  struct stat st {};
  if (!packed.on_disk || ::stat(packed.path.c_str(), &st) != 0 || !S_ISREG(st.st_mode))
    return false;
  if (st.st_blocks * kBlock + kSmallest > st.st_size) return false;
  return count_holes(packed.path).bytes >= kSmallest;
}

Container open(const Packed& packed, const ContainerOptions&) {
  const Holes holes = count_holes(packed.path);
  const char* least = holes.all ? "" : "at least ";
  return {.kind = "sparse",
          .facts = {{"holes", fmt::format("{}{}", least, holes.count)},
                    {"hole_bytes", fmt::format("{}{}", least, holes.bytes)},
                    {"bytes", fmt::format("{}", packed.bytes->size())}},
          .files = {packed.path},
          .name = packed.name,
          .content = packed.bytes};
}

}  // namespace

const ContainerKind kSparseKind{.probe = probe, .open = open};

}  // namespace pregap
