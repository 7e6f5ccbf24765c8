// Any bytes as a disk image: what lies on it is told in bounded time, and keeps what contents.h
// promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "pregap/bytes.h"
#include "volumes/contents.h"

namespace {

using namespace pregap;

void require(bool promise) {
  if (!promise) std::abort();
}

void require_clean(std::string_view text) {
  require(is_utf8(text));
  for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void require_facts(const Facts& facts) {
  for (const auto& [name, value] : facts) {
    require(!name.empty());
    require_clean(value);
  }
}

void require_contents(const volumes::Contents& contents) {
  for (const volumes::PartitionTable& table : contents.tables) {
    require(table.sector_size >= 512 && table.sector_size <= 4096);
    require(table.partitions.size() <= 1024);
    require_facts(table.facts);
    for (const volumes::Partition& p : table.partitions) {
      require(!p.address.empty());
      require_clean(p.type);
      require_clean(p.label);
      require_facts(p.facts);
    }
  }
  for (const volumes::FileSystem& fs : contents.file_systems) {
    require_clean(fs.kind);
    require_clean(fs.label);
    require_clean(fs.id);
    require_facts(fs.facts);
  }
  for (const Problem& problem : contents.problems) require_clean(problem.message);
}

// A disk is mostly empty, and inputs are short: pieces of the input, each behind the number of the
// 512-byte sector that it lies in, are laid into zeros.
std::vector<std::uint8_t> disk_of(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kSector = 512, kSectors = 1024;
  if (size < 2 || data[0] != 'S') return {data, data + size};
  std::vector<std::uint8_t> disk((std::size_t{data[1]} * 4 + 4) * kSector);
  for (std::size_t at = 2; at + 2 + kSector <= size; at += 2 + kSector) {
    const std::size_t sector = (data[at] | std::size_t{data[at + 1]} << 8) % kSectors;
    if ((sector + 1) * kSector > disk.size()) continue;
    for (std::size_t i = 0; i < kSector; ++i) disk[sector * kSector + i] = data[at + 2 + i];
  }
  return disk;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = memory_source(disk_of(data, size), "d.img");
  volumes::Contents contents = volumes::look_into(*bytes);
  volumes::check_thoroughly(*bytes, contents, {});
  require_contents(contents);
  return 0;
}
