// A UDF logical volume: its partitions, and where their blocks lie (ECMA-167 3/8.5, 3/10.7; UDF
// 2.2.8 to 2.2.11).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pregap/bytes.h"
#include "volumes/udf_descriptor.h"
#include "volumes/udf_sequence.h"

namespace pregap::volumes {

// What a block's number counts in, one a partition map.
struct UdfPartition {
  enum class Kind : std::uint8_t {
    unknown,     // of a map that names no partition, or of a kind that nobody knows
    plain,       // one behind the other from `start` on
    write_once,  // virtual: a table tells each block's place in `base`
    sparable,    // plain, but that packets with defects lie elsewhere
    metadata,    // the content of a file in `base`
  };
  struct Piece {                          // of a metadata file
    std::uint64_t first = 0, blocks = 0;  // in the file
    std::optional<std::uint32_t> block;   // in `base`; nothing: not recorded
  };

  Kind kind = Kind::unknown;
  std::uint16_t number = 0;          // of its partition descriptor
  std::uint64_t start = 0;           // byte of the source; plain and sparable
  std::uint64_t blocks = 0;          // that its descriptor gives it
  std::uint16_t base = 0;            // virtual and metadata: the partition that holds it
  std::vector<std::uint32_t> table;  // virtual
  std::uint32_t packet = 0;          // blocks; sparable
  std::map<std::uint32_t, std::uint32_t> spared;  // a packet's first block: sector of the source
  std::vector<Piece> pieces, mirror;  // metadata, rising; the mirror is empty where there is none
  std::uint32_t main_file = 0, mirror_file = 0;  // metadata: blocks of their file entries
};

struct UdfPlace {
  std::uint64_t offset = 0;  // in the source, in bytes
  std::uint64_t blocks = 0;  // that lie there one behind the other, at least 1
};

class UdfVolume {
 public:
  // The volume of the session that starts at byte `start` and ends at `end`; virtual partitions
  // ask for the last block that was recorded. Null where there is none that can be read, and then
  // `why` says what is missing.
  static std::unique_ptr<UdfVolume> find(std::shared_ptr<const ByteSource> source,
                                         std::uint64_t start, std::uint64_t end, std::string& why);

  const ByteSource& source() const { return *source_; }
  std::uint32_t sector_size() const { return anchor_.sector_size; }
  std::uint32_t block_size() const { return block_size_; }
  const UdfAnchor& anchor() const { return anchor_; }
  const UdfPrevailing& descriptors() const { return descriptors_; }
  const std::vector<UdfPartition>& partitions() const { return partitions_; }
  UdfAddress root() const { return root_; }                     // of its file entry
  UdfExtent system_streams() const { return system_streams_; }  // no bytes: none

  // Where a block lies and up to how many of `wanted` behind it; nothing where it lies nowhere.
  enum class Copy : bool { main, mirror };
  std::optional<UdfPlace> place_of(UdfAddress at, std::uint64_t wanted = 1,
                                   Copy copy = Copy::main) const;
  // A whole block, through windows that were read before; empty where it lies nowhere or behind
  // the source's end.
  std::vector<std::uint8_t> block(UdfAddress at, Copy copy = Copy::main) const;
  // As much as there is of `out`, likewise; returns how many bytes came.
  std::size_t read(std::uint64_t offset, MutableBytes out) const;

 private:
  friend class UdfOpener;
  explicit UdfVolume(std::shared_ptr<const ByteSource> source) : source_(std::move(source)) {}

  struct Window {
    std::uint64_t start = ~std::uint64_t{0};
    std::uint64_t used = 0;  // rises with every use
    std::vector<std::uint8_t> bytes;
  };
  const Window& window_at(std::uint64_t start) const;

  std::shared_ptr<const ByteSource> source_;
  UdfAnchor anchor_;
  UdfPrevailing descriptors_;
  std::uint32_t block_size_ = 2048;
  std::vector<UdfPartition> partitions_;
  UdfAddress root_;
  UdfExtent system_streams_;
  mutable std::array<Window, 16> windows_;
  mutable std::uint64_t uses_ = 0;
};

}  // namespace pregap::volumes
