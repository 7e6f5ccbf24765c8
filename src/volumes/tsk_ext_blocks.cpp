#include "volumes/tsk_ext_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "base/endian.h"
#include "pregap/error.h"
#include "volumes/run_joiner.h"
#include "volumes/tables.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kDirect = 12, kNumbers = 15, kNumberBytes = 4;

class Blocks {
 public:
  Blocks(const TskVolume& volume, std::uint64_t size, ContentSink& sink)
      : volume_(volume), size_(size), block_(volume.fs()->block_size), joiner_(sink) {}

  ToldContent tell(const std::array<TSK_DADDR_T, kNumbers>& numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      visit(numbers[i], i < kDirect ? 0 : static_cast<int>(i - kDirect + 1));
    }
    joiner_.flush();
    told_.bytes = joiner_.total();
    if (told_.bytes < size_ && told_.trouble.empty()) {
      told_.trouble = "its block numbers lead no further";
    }
    return std::move(told_);
  }

 private:
  void visit(std::uint64_t number, int level) {
    const std::uint64_t left = size_ - joiner_.total();
    if (left == 0 || !told_.trouble.empty()) return;
    if (number == 0) {  // a hole, as large as all that would lie below
      std::uint64_t bytes = block_;
      for (int n = 0; n < level; ++n) bytes = times(bytes, block_ / kNumberBytes);
      joiner_.hole(std::min(bytes, left));
      return;
    }
    if (number > volume_.fs()->last_block) {
      told_.trouble = fmt::format("block {} is none of the volume's, whose last one is {}", number,
                                  volume_.fs()->last_block);
      return;
    }
    if (++seen_ > volume_.fs()->block_count) {
      told_.trouble = "more blocks than the volume has";
      return;
    }
    if (level == 0) {
      joiner_.range(number * block_, std::min(block_, left));
      return;
    }
    std::vector<std::uint8_t> numbers(static_cast<std::size_t>(block_));
    numbers.resize(volume_.source().read(number * block_, numbers));
    if (numbers.size() < block_) {
      told_.trouble = fmt::format("block {} of block numbers lies behind the image's end", number);
      return;
    }
    for (std::size_t at = 0; at < numbers.size(); at += kNumberBytes) {
      visit(load_le32(numbers, at), level - 1);
    }
  }

  const TskVolume& volume_;
  std::uint64_t size_, block_;
  RunJoiner joiner_;
  std::uint64_t seen_ = 0;  // blocks: a file that takes in some twice may not go on for ever
  ToldContent told_;
};

}  // namespace

bool has_block_numbers(const TskVolume& volume, const TSK_FS_FILE& file) {
  return volume.kind().name.starts_with("ext") && file.meta != nullptr &&
         file.meta->type == TSK_FS_META_TYPE_REG && file.meta->size > 0 &&
         file.meta->content_type == TSK_FS_META_CONTENT_TYPE_DEFAULT &&
         file.meta->content_ptr != nullptr &&
         file.meta->content_len >= kNumbers * sizeof(TSK_DADDR_T);
}

ToldContent tell_block_numbers(const TskVolume& volume, const TSK_FS_FILE& file,
                               ContentSink& sink) {
  std::array<TSK_DADDR_T, kNumbers> numbers;
  std::memcpy(numbers.data(), file.meta->content_ptr, sizeof numbers);
  return Blocks(volume, static_cast<std::uint64_t>(file.meta->size), sink).tell(numbers);
}

}  // namespace pregap::volumes
