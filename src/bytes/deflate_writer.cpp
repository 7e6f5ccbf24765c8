#include "bytes/deflate_writer.h"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <vector>

#include "base/digest.h"
#include "base/pipeline.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::size_t kBlock = 1024 * 1024;
constexpr std::size_t kDictionary = 32 * 1024;
constexpr int kRawDeflate = -15, kLevel = 6, kMemory = 8;

struct Block {
  std::vector<std::uint8_t> bytes;  // what comes before, then the block
  std::size_t before = 0;
  std::vector<std::uint8_t> packed;

  std::span<const std::uint8_t> content() const { return std::span(bytes).subspan(before); }
};

void pack(Block& block, bool last) {
  z_stream z{};
  if (deflateInit2(&z, kLevel, Z_DEFLATED, kRawDeflate, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  if (block.before > 0) {
    deflateSetDictionary(&z, block.bytes.data(), static_cast<uInt>(block.before));
  }
  constexpr std::size_t kFlush = 16;  // the empty stored block that ends at a byte's border
  block.packed.resize(deflateBound(&z, static_cast<uLong>(block.content().size())) + kFlush);
  z.next_in = block.bytes.data() + block.before;
  z.avail_in = static_cast<uInt>(block.content().size());
  z.next_out = block.packed.data();
  z.avail_out = static_cast<uInt>(block.packed.size());
  deflate(&z, last ? Z_FINISH : Z_SYNC_FLUSH);
  block.packed.resize(z.total_out);
  deflateEnd(&z);
}

}  // namespace

Deflated write_deflated(const ByteSource& source, OutputFile& out, const WorkOptions& work,
                        const std::function<void(std::span<const std::uint8_t>)>& take) {
  const std::uint64_t size = source.size();
  const auto blocks =
      static_cast<std::size_t>(std::max<std::uint64_t>(1, (size + kBlock - 1) / kBlock));
  if (work.progress != nullptr) work.progress->add_total(size);
  Deflated result;
  run_ordered<Block>(
      blocks, work.threads,
      [&](std::size_t i, Block& block) {
        if (work.stop.stop_requested()) {
          throw Error(ErrorCode::stopped, source.name(), "stopped, expected to go on");
        }
        const std::uint64_t begin = std::uint64_t{i} * kBlock;
        block.before = std::min<std::uint64_t>(begin, kDictionary);
        const std::uint64_t end = std::min(size, begin + kBlock);
        block.bytes.resize(end - begin + block.before);
        read_exactly(source, begin - block.before, block.bytes);
        pack(block, i + 1 == blocks);
      },
      [&](std::size_t, Block& block) {
        const std::span<const std::uint8_t> content = block.content();
        result.crc = crc32_of(content, result.crc);
        result.packed_size += block.packed.size();
        out.write(block.packed);
        take(content);
        if (work.progress != nullptr) work.progress->advance(content.size());
      });
  return result;
}

}  // namespace pregap
