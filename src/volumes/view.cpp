#include "volumes/view.h"

#include <algorithm>
#include <utility>

namespace pregap::volumes {

View::View(const ByteSource& bytes, std::uint64_t offset, std::uint64_t claimed,
           std::string partition)
    : bytes_(bytes),
      offset_(std::min(offset, bytes.size())),
      size_(std::min(claimed, bytes.size() - offset_)),
      claimed_(claimed),
      partition_(std::move(partition)) {}

std::string View::place() const {
  return partition_.empty() ? bytes_.name() : bytes_.name() + ":" + partition_;
}

std::vector<std::uint8_t> View::read(std::uint64_t at, std::uint64_t count) const {
  if (at >= size_) return {};
  std::vector<std::uint8_t> out(static_cast<std::size_t>(std::min(count, size_ - at)));
  out.resize(bytes_.read(offset_ + at, out));
  return out;
}

bool View::read_whole(std::uint64_t at, std::span<std::uint8_t> out) const {
  if (at > size_ || out.size() > size_ - at) return false;
  return bytes_.read(offset_ + at, out) == out.size();
}

std::size_t ViewSource::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= view_.size()) return 0;
  const std::uint64_t count = std::min<std::uint64_t>(out.size(), view_.size() - offset);
  return view_.bytes().read(view_.offset() + offset, out.first(static_cast<std::size_t>(count)));
}

}  // namespace pregap::volumes
