#include "support/stand_in.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace pregap::test {
namespace {

constexpr std::array<std::uint8_t, 44> kWaveHead = {
    'R', 'I', 'F', 'F', 0,  0, 0,   0,   'W', 'A',  'V',  'E', 'f', 'm',  't',
    ' ', 16,  0,   0,   0,  1, 0,   2,   0,   0x44, 0xAC, 0,   0,   0x10, 0xB1,
    2,   0,   4,   0,   16, 0, 'd', 'a', 't', 'a',  0,    0,   0,   0};

class StandIn final : public ByteSource {
 public:
  StandIn(std::uint64_t size, bool wave) : size_(size + (wave ? kWaveHead.size() : 0)) {
    if (wave) head_.assign(kWaveHead.begin(), kWaveHead.end());
  }
  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::size_t n = std::min<std::uint64_t>(out.size(), offset < size_ ? size_ - offset : 0);
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint64_t at = offset + i;
      out[i] = at < head_.size() ? head_[at] : std::uint8_t{0};
    }
    return n;
  }

 private:
  std::uint64_t size_;
  std::vector<std::uint8_t> head_;
  std::string name_ = "stand-in";
};

}  // namespace

std::shared_ptr<const ByteSource> stand_in(std::uint64_t size, bool wave) {
  return std::make_shared<StandIn>(size, wave);
}

}  // namespace pregap::test
