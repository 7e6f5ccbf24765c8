#include "bytes/standard_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "pregap/error.h"

namespace pregap {
namespace {

constexpr const char* kPlace = "standard output";

}  // namespace

void StandardOutput::write(std::span<const std::uint8_t> bytes) {
  if (stop_.stop_requested()) throw Error(ErrorCode::stopped, kPlace, "stopped, expected to go on");
  while (!bytes.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      throw Error(ErrorCode::unwritable, kPlace,
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

}  // namespace pregap
