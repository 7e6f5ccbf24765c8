// Neighbouring ranges of a content, joined before they are handed on.
#pragma once

#include <cstdint>

#include "volumes/file_reader.h"

namespace pregap::volumes {

// What was joined last is handed on by flush().
class RunJoiner {
 public:
  explicit RunJoiner(ContentSink& sink) : sink_(sink) {}
  void range(std::uint64_t offset, std::uint64_t size) { add(offset, size, false); }
  void hole(std::uint64_t size) { add(0, size, true); }
  void flush() {
    if (size_ == 0) return;
    if (is_hole_) {
      sink_.hole(size_);
    } else {
      sink_.range(offset_, size_);
    }
    size_ = 0;
  }
  std::uint64_t total() const { return total_; }

 private:
  void add(std::uint64_t offset, std::uint64_t size, bool is_hole) {
    if (size == 0) return;
    total_ += size;
    const bool joins = size_ > 0 && is_hole == is_hole_ && (is_hole || offset == offset_ + size_);
    if (!joins) {
      flush();
      offset_ = offset;
      is_hole_ = is_hole;
    }
    size_ += size;
  }

  ContentSink& sink_;
  std::uint64_t offset_ = 0, size_ = 0, total_ = 0;
  bool is_hole_ = false;
};

}  // namespace pregap::volumes
