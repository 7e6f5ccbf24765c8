// Where a UDF volume is told: the recognition sequence, the anchor, the volume descriptor sequences
// and the integrity sequence (ECMA-167 2/8, 3/8.4, 3/10).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pregap/bytes.h"
#include "volumes/udf_descriptor.h"

namespace pregap::volumes {

struct UdfRecognition {
  std::string nsr;         // "NSR02" or "NSR03"
  std::uint32_t step = 0;  // from one of its descriptors to the next: 2048, or a larger sector
};
// What the recognition sequence 32768 bytes behind `start` says, if it names UDF.
std::optional<UdfRecognition> recognise_udf(const ByteSource& source, std::uint64_t start);

struct UdfAnchor {
  std::uint32_t sector_size = 0;
  std::uint64_t sector = 0;  // where it stands
  UdfSectors main, reserve;  // of the volume descriptor sequences
};

// The anchor of the session that starts at byte `start`: 256 sectors behind that, in the last
// sector or 256 before it, or in sector 512. The sector size is the one for which the anchor's own
// location is right; those that agree with the recognition sequence come first. Where the one at
// the end names a sequence that lies behind the first one's anchor, it is that of a later session,
// and is taken.
std::optional<UdfAnchor> find_udf_anchor(const ByteSource& source,
                                         const UdfRecognition& recognition,
                                         std::uint64_t start = 0);
// The same in the `most` sectors before `end`, from the last one on.
std::optional<UdfAnchor> find_udf_anchor_before(const ByteSource& source, std::uint32_t sector_size,
                                                std::uint64_t end, std::uint64_t most);

struct UdfDescriptor {
  std::uint64_t offset = 0;         // in bytes
  std::vector<std::uint8_t> bytes;  // of its sector, 512 to 4096
  bool crc_good = false;

  std::uint32_t sequence_number() const { return load_le32(bytes, 16); }
};

// Calls `take` with each descriptor of a sequence whose tag is sound, `broken` with the byte of
// each other one, up to its end. Pointers to further extents are followed; at most 256
// descriptors.
void for_each_udf_descriptor(const ByteSource& source, std::uint32_t sector_size, UdfSectors extent,
                             const std::function<void(UdfDescriptor&&)>& take,
                             const std::function<void(std::uint64_t)>& broken);

// Those that prevail (3/8.4.3): of each kind, and of each partition, the one with the highest
// sequence number, a sound one before one with a wrong CRC.
struct UdfPrevailing {
  std::optional<UdfDescriptor> primary, logical;
  std::map<std::uint16_t, UdfDescriptor> partitions;  // by number

  static UdfPrevailing of(const ByteSource& source, std::uint32_t sector_size, UdfSectors extent);
  void take(UdfDescriptor&& descriptor);
  bool is_whole() const;  // one logical volume, a partition, and their CRCs agree
};
// Of the main sequence; where that lacks something or is damaged, of the reserve one too.
UdfPrevailing prevailing_udf(const ByteSource& source, const UdfAnchor& anchor);

// The last integrity descriptor (3/10.10) of those that `extent` begins with.
std::optional<UdfDescriptor> udf_integrity(const ByteSource& source, std::uint32_t sector_size,
                                           UdfSectors extent);

}  // namespace pregap::volumes
