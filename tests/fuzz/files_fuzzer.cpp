// Any bytes as a volume of ISO 9660, UDF or HFS: its files are listed and read in bounded time, and
// what is told of them keeps what file_reader.h promises.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "base/crc16.h"
#include "base/endian.h"
#include "base/text.h"
#include "pregap/bytes.h"
#include "pregap/error.h"
#include "volumes/contents.h"
#include "volumes/file_walk.h"
#include "volumes/hfs_reader.h"
#include "volumes/iso_reader.h"
#include "volumes/udf_reader.h"

namespace {

using namespace pregap;
using volumes::Deleted;
using volumes::FileReader;
using volumes::FoundFile;

constexpr volumes::WalkLimits kLimits{.depth = 16, .entries = 5000};

void require(bool promise) {
  if (!promise) std::abort();
}

// Ranges lie in the image.
struct CountingSink final : volumes::ContentSink {
  explicit CountingSink(std::uint64_t size) : image_size(size) {}
  void range(std::uint64_t offset, std::uint64_t size) override {
    require(offset <= image_size && size <= image_size - offset);
    total += size;
  }
  void hole(std::uint64_t size) override { total += size; }
  void bytes(std::span<const std::uint8_t> data) override { total += data.size(); }

  std::uint64_t image_size;
  std::uint64_t total = 0;
};

void require_name(std::string_view name) {
  require(!name.empty() && name != "." && name != ".." && is_utf8(name));
  require(name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos);
}

void read_all(FileReader& reader, std::uint64_t image_size) {
  std::vector<Problem> problems;
  std::size_t n = 0;
  const auto take = [&](const FoundFile& found) {
    require_name(found.entry.name);
    require(is_utf8(found.entry.link_target));
    if (found.entry.kind != volumes::FileKind::file) return true;
    CountingSink sink(image_size);
    reader.content(found.entry, sink, problems);
    require(sink.total <= found.entry.size);
    if (n++ % 64 == 0) {
      const auto again = reader.find(found.entry.id);
      require(again.has_value());
    }
    return true;
  };
  const FoundFile root{.path = "", .entry = reader.root()};
  volumes::walk(reader, root, {.limits = kLimits}, take, problems);
  for (const Problem& problem : problems) {
    require(!problem.code.empty() && is_utf8(problem.message));
    for (const char c : problem.message) require(static_cast<unsigned char>(c) >= 0x20);
  }
  try {
    CountingSink sink(~std::uint64_t{0});  // unused blocks may lie behind a cut image
    reader.unallocated(sink);
  } catch (const Error&) {
  }
}

// UDF needs more sectors than an input has: each is told with its number, in front of its 512
// bytes. 'S' gives what looks like a descriptor the sum and the CRC that it should have.
std::vector<std::uint8_t> udf_image_of(Bytes input) {
  constexpr std::size_t kSector = 512, kMostSectors = 2048;
  std::vector<std::uint8_t> image(320 * kSector);
  for (std::size_t at = 1; at + 2 + kSector <= input.size(); at += 2 + kSector) {
    const std::size_t sector = load_le16(input, at) % kMostSectors;
    image.resize(std::max(image.size(), (sector + 1) * kSector));
    const MutableBytes out = MutableBytes(image).subspan(sector * kSector, kSector);
    std::ranges::copy(input.subspan(at + 2, kSector), out.begin());
    if (input[0] != 'S' || load_le16(out, 0) > 266) continue;
    const std::size_t length = std::min<std::size_t>(load_le16(out, 10), kSector - 16);
    const auto crc = static_cast<std::uint16_t>(~crc16(Bytes(out).subspan(16, length)));
    out[8] = static_cast<std::uint8_t>(crc);
    out[9] = static_cast<std::uint8_t>(crc >> 8);
    unsigned sum = 0;
    for (std::size_t i = 0; i < 16; ++i) sum += i == 4 ? 0U : out[i];
    out[4] = static_cast<std::uint8_t>(sum);
  }
  return image;
}

void read_udf(Bytes input) {
  const std::shared_ptr<const ByteSource> bytes = memory_source(udf_image_of(input), "f.img");
  std::string why;
  if (const auto reader = volumes::open_udf(bytes, why)) {
    read_all(*reader, bytes->size());
  } else {
    require(!why.empty());
  }
  volumes::Contents contents;
  volumes::check_udf_session(*bytes, 0, contents, {});
}

// Inputs are short: of an ISO image, marked 'I', they leave out the system area, which nobody
// reads.
std::vector<std::uint8_t> image_of(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kSystemArea = 32768;
  if (size < 1 || data[0] != 'I') return {data, data + size};
  std::vector<std::uint8_t> image(kSystemArea);
  image.insert(image.end(), data + 1, data + size);
  return image;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0 && (data[0] == 'U' || data[0] == 'S')) {
    read_udf({data, size});
    return 0;
  }
  const std::shared_ptr<const ByteSource> bytes = memory_source(image_of(data, size), "f.img");
  using volumes::IsoView;
  for (const IsoView view : {IsoView::best, IsoView::plain, IsoView::joliet, IsoView::rock_ridge}) {
    if (const auto reader = volumes::open_iso(bytes, view)) read_all(*reader, bytes->size());
  }
  if (const auto reader = volumes::open_hfs(bytes)) read_all(*reader, bytes->size());
  return 0;
}
