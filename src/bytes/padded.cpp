#include "bytes/padded.h"

#include <algorithm>
#include <utility>

namespace pregap {
namespace {

class PaddedSource final : public ByteSource {
 public:
  PaddedSource(std::shared_ptr<const ByteSource> source, std::uint64_t offset, std::uint64_t size,
               std::uint64_t padded_size)
      : source_(std::move(source)), offset_(offset), size_(size), padded_size_(padded_size) {}

  std::uint64_t size() const noexcept override { return padded_size_; }
  const std::string& name() const noexcept override { return source_->name(); }

  std::optional<InFile> in_file(std::uint64_t offset, std::uint64_t size) const override {
    if (offset > size_ || size > size_ - offset) return std::nullopt;
    return source_->in_file(offset_ + offset, size);
  }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= padded_size_) return 0;
    const std::size_t n = std::min<std::uint64_t>(out.size(), padded_size_ - offset);
    const std::uint64_t there = offset < size_ ? size_ - offset : 0;
    const std::size_t stored = std::min<std::uint64_t>(n, there);
    if (stored > 0) read_exactly(*source_, offset_ + offset, out.first(stored));
    std::ranges::fill(out.subspan(stored, n - stored), std::uint8_t{0});
    return n;
  }

 private:
  std::shared_ptr<const ByteSource> source_;
  std::uint64_t offset_, size_, padded_size_;
};

}  // namespace

std::unique_ptr<ByteSource> padded_source(std::shared_ptr<const ByteSource> source,
                                          std::uint64_t offset, std::uint64_t size,
                                          std::uint64_t padded_size) {
  return std::make_unique<PaddedSource>(std::move(source), offset, size, padded_size);
}

}  // namespace pregap
