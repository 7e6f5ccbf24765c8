// A UDF volume laid block by block (ECMA-167, OSTA UDF): what no tool at hand makes, and what none
// would. Shares no code with the reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/image_builder.h"

namespace pregap::test {

struct UdfAt {  // a block of the partition that the n-th map names
  std::uint32_t block = 0;
  std::uint16_t partition = 0;
};

// Allocation descriptors; `kind` is 0 recorded, 1 not recorded, 2 not allocated, 3 further ones.
Bytes udf_short(std::uint32_t bytes, std::uint32_t block, std::uint32_t kind = 0);
Bytes udf_long(std::uint32_t bytes, UdfAt at, std::uint32_t kind = 0);
Bytes udf_extended(std::uint32_t bytes, UdfAt at, std::uint32_t kind = 0);
Bytes joined(const std::vector<Bytes>& parts);

struct UdfEntry {
  std::uint8_t type = 5;  // 4 folder, 5 file, 12 link, 248 virtual allocation table, ...
  std::uint64_t size = 0;
  std::uint16_t allocation = 3;  // 0 short, 1 long, 2 extended, 3 within
  Bytes descriptors{};           // or the content
  std::uint16_t flags = 0;       // beyond the kind of allocation
  std::uint32_t permissions = 0x14A5;
  std::uint16_t strategy = 4;
  bool extended = true;
  UdfAt streams{};  // block 0: none
  std::string time = "2001-02-03 04:05:06";
  int zone = 0;  // minutes east of UTC
  // The block that its tag says it is, in the partition through which it is read; else where it is
  // put.
  std::optional<std::uint32_t> location{};
};

struct UdfName {
  std::string text;  // characters of 8 bits
  UdfAt icb{};
  std::uint8_t flags = 0;        // 1 hidden, 2 folder, 4 deleted, 8 parent, 16 metadata
  std::u16string wide{};         // instead of `text`
  std::uint8_t compression = 0;  // 8 or 16 if 0
};
Bytes udf_name(const UdfName& name);
// The parent's and these.
Bytes udf_folder(const std::vector<UdfName>& names);

class UdfImage {
 public:
  static constexpr std::uint32_t kMain = 128, kReserve = 144, kIntegrity = 160, kSparing = 168;
  static constexpr std::uint32_t kStart = 272;  // of the partition, in sectors

  explicit UdfImage(std::uint32_t block_size = 512, std::uint32_t partition_blocks = 128);

  // Into the partition, in blocks: bytes as they are, a descriptor with its tag, a file entry.
  void raw(std::uint32_t block, const Bytes& bytes);
  void descriptor(std::uint32_t block, std::uint16_t tag, const Bytes& body,
                  std::optional<std::uint32_t> location = {});
  void entry(std::uint32_t block, const UdfEntry& e);
  // Strategy 4096: what follows an entry, and leads to the next one (ECMA-167 4/14.7).
  void indirect(std::uint32_t block, UdfAt next);
  // Allocation descriptors that an extent leads to (4/14.5).
  void further(std::uint32_t block, const Bytes& descriptors);
  // A descriptor in a sector of the session.
  void sector(std::uint32_t at, std::uint16_t tag, const Bytes& body);

  // Further maps (UDF 2.2.8 to 2.2.10); the first one is of type 1, or sparable.
  void add_virtual_map(std::uint16_t revision);
  void add_metadata_map(std::uint32_t main, std::uint32_t mirror);
  // The same with the metadata file's entry in block 2 and its mirror's in 3. The file set is block
  // 0 of it, which lies in block 40, and the root's entry block 1.
  void put_folders_in_metadata();
  void make_sparable(std::uint16_t packet,
                     const std::vector<std::pair<std::uint32_t, std::uint32_t>>&
                         spared);  // packet's first block, sector

  std::uint32_t session = 0;  // the sector of a disc where `bytes` begin
  std::uint16_t revision = 0x0201;
  std::uint16_t plain_number = 0;   // of the partition that the first map names; there is but 0
  UdfAt file_set{};                 // where its descriptor is told to lie
  std::uint32_t file_set_lies = 0;  // the block where it does
  UdfAt root{.block = 1};
  UdfAt system_streams{};                                          // block 0: none
  std::uint32_t files = 0, folders = 1, free_blocks = 0xFFFFFFFF;  // as the integrity has them
  std::uint32_t bitmap_block = 0;                                  // 0: none
  bool end_anchor = true;

  // The recognition sequence, anchors, both sequences, the integrity descriptor and the file set
  // descriptor; then all of it.
  Bytes finish();

  Bytes bytes;
  std::uint32_t block_size;
  std::uint32_t partition_blocks;

 private:
  void put(std::size_t at, const Bytes& b);
  void sequence(std::uint32_t at);

  std::vector<Bytes> maps_;
};

// A tag with its sum and CRC in front of `body` (ECMA-167 3/7.2).
Bytes udf_sealed(std::uint16_t tag, std::uint32_t location, const Bytes& body);

}  // namespace pregap::test
