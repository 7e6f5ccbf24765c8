#include "bytes/ewf_wire.h"

#include <algorithm>
#include <charconv>

#include "base/endian.h"

namespace pregap {

void EwfText::put(const std::string& word) {
  for (int shift = 0; shift < 32; shift += 8) {
    bytes_.push_back(static_cast<std::uint8_t>(word.size() >> shift));
  }
  bytes_.insert(bytes_.end(), word.begin(), word.end());
}

std::string EwfText::take() {
  if (bytes_.size() - at_ < 4) {
    at_ = bytes_.size();
    return {};
  }
  const std::size_t size = std::min<std::size_t>(load_le32(bytes_, at_), bytes_.size() - at_ - 4);
  const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(at_) + 4;
  at_ += 4 + size;
  return {from, from + static_cast<std::ptrdiff_t>(size)};
}

std::uint64_t EwfText::take_number() {
  const std::string word = take();
  std::uint64_t number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

}  // namespace pregap
