#include "operations/extract_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr const char* kStandardOutput = "standard output";
constexpr std::size_t kPart = 128U << 10;       // bytes at once: stays in a near cache
constexpr std::uint64_t kInSystem = 16U << 20;  // bytes between two looks at whether to stop

}  // namespace

void StandardOutput::write(std::span<const std::uint8_t> bytes) {
  if (stop_.stop_requested()) {
    throw Error(ErrorCode::stopped, kStandardOutput, "stopped, expected to go on");
  }
  while (!bytes.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      throw Error(ErrorCode::unwritable, kStandardOutput,
                  fmt::format("{}, expected room for the output", std::strerror(errno)));
    }
    size_ += static_cast<std::uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

void StandardOutput::skip(std::uint64_t size) {
  static constexpr std::array<std::uint8_t, 64 * 1024> kZeros{};
  while (size > 0) {
    const std::size_t n = std::min<std::uint64_t>(kZeros.size(), size);
    write(std::span(kZeros).first(n));
    size -= n;
  }
}

void advance(const WorkOptions& work, std::uint64_t bytes) {
  if (work.stop.stop_requested()) throw Error(ErrorCode::stopped, "extract", "stopped");
  if (work.progress != nullptr) work.progress->advance(bytes);
}

std::uint64_t RangeCopier::copy(std::uint64_t offset, std::uint64_t size, FileOutput& out) {
  std::uint64_t done = 0;
  while (done < size) {
    const std::uint64_t part = std::min(size - done, kInSystem);
    const auto stored = source_.in_file(offset + done, part);
    const std::uint64_t n = stored ? out.copy(*stored, part) : 0;
    advance(work_, n);
    done += n;
    if (n < part) break;
  }
  if (done < size) buffer_.resize(kPart);
  while (done < size) {
    const auto part = std::span(buffer_).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(kPart, size - done)));
    const std::size_t n = source_.read(offset + done, part);
    if (n == 0) break;
    out.write(part.first(n));
    advance(work_, n);
    done += n;
  }
  return done;
}

}  // namespace pregap::operations
