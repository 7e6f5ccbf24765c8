#include "volumes/tsk_content.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "volumes/run_joiner.h"
#include "volumes/tables.h"
#include "volumes/tsk_entry.h"

namespace pregap::volumes {
namespace {

bool is_ext(const TskVolume& volume) { return volume.kind().name.starts_with("ext"); }

// What is stored compressed, or within the file's record: only libtsk can unpack it. Returns how
// far it came, from `from`.
std::uint64_t read_encoded(const TSK_FS_ATTR& content, std::uint64_t from, std::uint64_t to,
                           ContentSink& sink) {
  std::vector<std::uint8_t> buffer(256 * 1024);
  std::uint64_t at = from;
  while (at < to) {
    const auto wanted = static_cast<size_t>(std::min<std::uint64_t>(buffer.size(), to - at));
    const ssize_t n = tsk().fs_attr_read(&content, static_cast<TSK_OFF_T>(at),
                                         reinterpret_cast<char*>(buffer.data()), wanted,
                                         TSK_FS_FILE_READ_FLAG_NONE);
    if (n <= 0) break;
    sink.bytes(std::span(buffer).first(static_cast<std::size_t>(n)));
    at += static_cast<std::uint64_t>(n);
  }
  return at;
}

// NTFS packs units of some clusters. A unit of which nothing is stored is a hole; one of which some
// clusters are is packed, with a sparse run behind them.
std::uint64_t tell_compressed(const TSK_FS_ATTR& content, std::uint64_t block, ContentSink& sink) {
  const std::uint64_t size = size_of(content);
  const std::uint64_t unit = content.nrd.compsize;  // in clusters
  std::uint64_t at = 0;
  for (const TSK_FS_ATTR_RUN* run = content.nrd.run; run != nullptr && unit > 0; run = run->next) {
    if ((run->flags & TSK_FS_ATTR_RUN_FLAG_SPARSE) == 0) continue;
    const std::uint64_t first = plus(run->offset, unit - 1) / unit * unit;
    const std::uint64_t begin = std::min(times(first, block), size);
    const std::uint64_t end =
        std::min(times(plus(run->offset, run->len) / unit * unit, block), size);
    if (begin < at || end <= begin) continue;
    at = read_encoded(content, at, begin, sink);
    if (at < begin) return at;
    sink.hole(end - begin);
    at = end;
  }
  return read_encoded(content, at, size, sink);
}

class Runs {
 public:
  Runs(const TskVolume& volume, const TSK_FS_ATTR& content, ContentSink& sink,
       std::optional<std::uint64_t> valid)
      : volume_(volume),
        content_(content),
        size_(size_of(content)),
        written_(std::min(size_, valid.value_or(size_))),
        sink_(sink) {
    // NTFS: what lies behind was never written and reads as zeros.
    if ((content.flags & TSK_FS_ATTR_NONRES) != 0 && content.nrd.initsize >= 0) {
      written_ = std::min(written_, static_cast<std::uint64_t>(content.nrd.initsize));
    }
  }

  ToldContent tell() {
    for (const TSK_FS_ATTR_RUN* run = content_.nrd.run; run != nullptr; run = run->next) {
      if (joiner_.total() >= size_ || !told_.trouble.empty()) break;
      take(*run);
    }
    // A file of ext ends in a hole where nothing says otherwise.
    if (is_ext(volume_) && told_.trouble.empty() && tsk().error_get_errno() == 0) {
      joiner_.hole(size_ - joiner_.total());
    }
    joiner_.flush();
    told_.bytes = joiner_.total();
    return std::move(told_);
  }

 private:
  void take(const TSK_FS_ATTR_RUN& run) {
    const std::uint64_t block = volume_.fs()->block_size, last = volume_.fs()->last_block;
    const bool lost = (run.flags & TSK_FS_ATTR_RUN_FLAG_FILLER) != 0 && !is_ext(volume_);
    const bool hole =
        (run.flags & (TSK_FS_ATTR_RUN_FLAG_SPARSE | TSK_FS_ATTR_RUN_FLAG_FILLER)) != 0;
    std::uint64_t blocks = run.len;
    if (!hole && (run.addr > last || blocks > last - run.addr + 1)) {
      told_.trouble = fmt::format("block {} is none of the volume's, whose last one is {}",
                                  std::max<std::uint64_t>(run.addr, last + 1), last);
      blocks = run.addr > last ? 0 : last - run.addr + 1;
    }
    std::uint64_t bytes = times(blocks, block);
    const std::uint64_t skipped = std::min(bytes, skip_);
    skip_ -= skipped;
    bytes -= skipped;
    const std::uint64_t at = joiner_.total();
    bytes = std::min(bytes, size_ - at);
    const std::uint64_t real = hole || at >= written_ ? 0 : std::min(bytes, written_ - at);
    joiner_.range(run.addr * block + skipped, real);
    joiner_.hole(bytes - real);
    if (lost && bytes > 0) told_.trouble = "where the rest of it lies is told nowhere";
  }

  const TskVolume& volume_;
  const TSK_FS_ATTR& content_;
  std::uint64_t size_, written_;
  std::uint64_t skip_ = content_.nrd.skiplen;  // bytes in front that are none of the content
  ContentSink& sink_;
  RunJoiner joiner_{sink_};
  ToldContent told_;
};

}  // namespace

ToldContent tell_content(const TskVolume& volume, const TSK_FS_ATTR& content, ContentSink& sink,
                         std::optional<std::uint64_t> valid) {
  if ((content.flags & TSK_FS_ATTR_COMP) != 0) {
    return {tell_compressed(content, volume.fs()->block_size, sink), {}};
  }
  if ((content.flags & TSK_FS_ATTR_RES) != 0) {
    return {read_encoded(content, 0, size_of(content), sink), {}};
  }
  return Runs(volume, content, sink, valid).tell();
}

}  // namespace pregap::volumes
