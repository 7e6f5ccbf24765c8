// A stretch of an image that one structure is looked for in: the whole of it, or a partition.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pregap/bytes.h"

namespace pregap::volumes {

class View {
 public:
  // Cut to the image. `claimed` is what the partition table says, in bytes.
  View(const ByteSource& bytes, std::uint64_t offset, std::uint64_t claimed, std::string partition);
  explicit View(const ByteSource& bytes) : View(bytes, 0, bytes.size(), {}) {}

  std::uint64_t offset() const { return offset_; }    // in the image, in bytes
  std::uint64_t size() const { return size_; }        // that is there
  std::uint64_t claimed() const { return claimed_; }  // that the table gives it
  const std::string& partition() const { return partition_; }
  const ByteSource& bytes() const { return bytes_; }

  // Whether whole tables may be read to count what is free: not of the hundredth partition, so that
  // tables which lead to the same bytes again and again cost little.
  bool may_count() const { return may_count_; }
  void forbid_counting() { may_count_ = false; }
  std::string place() const;  // "card.img" or "card.img:p2"

  // Up to `count` bytes from `at`: fewer where the view ends.
  std::vector<std::uint8_t> read(std::uint64_t at, std::uint64_t count) const;
  // All of `out`, or false.
  bool read_whole(std::uint64_t at, std::span<std::uint8_t> out) const;

 private:
  const ByteSource& bytes_;
  std::uint64_t offset_, size_, claimed_;
  std::string partition_;
  bool may_count_ = true;
};

// A view as a source, which must not outlive it.
class ViewSource final : public ByteSource {
 public:
  explicit ViewSource(const View& view) : view_(view), name_(view.place()) {}
  std::uint64_t size() const noexcept override { return view_.size(); }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override;
  const std::string& name() const noexcept override { return name_; }

 private:
  const View& view_;
  std::string name_;
};

}  // namespace pregap::volumes
