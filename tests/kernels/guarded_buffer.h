// Bytes between two pages that must not be touched: a kernel that reads or writes one byte too far
// on either side ends the test.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>

namespace pregap::test {

class GuardedBuffer {
 public:
  enum class Side : bool { front, back };

  // `bytes` lie against the guard page of that side.
  GuardedBuffer(std::span<const std::uint8_t> bytes, Side side) {
    const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t inner = (bytes.size() / page + 1) * page;
    size_ = inner + 2 * page;
    map_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map_ == MAP_FAILED) throw std::runtime_error("mmap failed");
    std::uint8_t* start = static_cast<std::uint8_t*>(map_) + page;
    ::mprotect(map_, page, PROT_NONE);
    ::mprotect(start + inner, page, PROT_NONE);
    bytes_ = {side == Side::front ? start : start + inner - bytes.size(), bytes.size()};
    std::ranges::copy(bytes, bytes_.begin());
  }
  ~GuardedBuffer() { ::munmap(map_, size_); }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  std::span<std::uint8_t> bytes() const { return bytes_; }

 private:
  void* map_ = nullptr;
  std::size_t size_ = 0;
  std::span<std::uint8_t> bytes_;
};

inline constexpr GuardedBuffer::Side kBothSides[] = {GuardedBuffer::Side::front,
                                                     GuardedBuffer::Side::back};

}  // namespace pregap::test
