// Opening a UDF volume: its partition maps (ECMA-167 3/10.7, UDF 2.2.8 to 2.2.11), the file set and
// the root folder's file entry.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "volumes/tables.h"
#include "volumes/text.h"
#include "volumes/udf_extents.h"
#include "volumes/udf_file.h"
#include "volumes/udf_virtual.h"
#include "volumes/udf_volume.h"

namespace pregap::volumes {
namespace {

using Kind = UdfPartition::Kind;

constexpr std::size_t kMapsAt = 440;
constexpr std::size_t kMostMaps = 8;           // UDF has three at most
constexpr std::size_t kMostPieces = 1U << 20;  // of a metadata file

}  // namespace

class UdfOpener {
 public:
  UdfOpener(UdfVolume& volume, std::uint64_t start, std::uint64_t end, std::string& why)
      : v_(volume), start_(start), end_(end), why_(why) {}

  bool open(const UdfRecognition& recognition) {
    const auto anchor = find_udf_anchor(v_.source(), recognition, start_);
    if (!anchor) return fail("no anchor in sector 256 or at the end");
    const bool opened = open_by(*anchor);
    if (start_ > 0 || !later_session_) return opened;
    const auto later = find_udf_anchor_before(v_.source(), v_.sector_size(), *later_session_, 512);
    if (later && later->sector > anchor->sector && open_by(*later)) return true;
    return open_by(*anchor);
  }

 private:
  bool fail(std::string why) {
    why_ = std::move(why);
    return false;
  }

  bool open_by(const UdfAnchor& anchor) {
    v_.partitions_.clear();
    v_.anchor_ = anchor;
    v_.descriptors_ = prevailing_udf(v_.source(), anchor);
    if (!v_.descriptors_.logical) return fail("no logical volume descriptor");
    if (v_.descriptors_.partitions.empty()) return fail("no partition descriptor");
    const Bytes logical = v_.descriptors_.logical->bytes;
    v_.block_size_ = load_le32(logical, 212);
    const bool possible = v_.block_size_ >= 512 && v_.block_size_ <= 32768 &&
                          (v_.block_size_ & (v_.block_size_ - 1)) == 0;
    if (!possible) return fail(fmt::format("blocks of {} bytes", v_.block_size_));
    read_maps(logical);
    return find_root(udf_long_ad(logical, 248));
  }

  void read_maps(Bytes logical) {
    const std::size_t end =
        std::min<std::size_t>(logical.size(), kMapsAt + std::size_t{load_le32(logical, 264)});
    const std::size_t count = std::min<std::size_t>(load_le32(logical, 268), kMostMaps);
    std::vector<Bytes> maps;
    for (std::size_t at = kMapsAt; maps.size() < count && at + 2 <= end;) {
      const std::size_t length = logical[at + 1];
      if (length < 6 || length > end - at) break;
      maps.push_back(logical.subspan(at, length));
      at += length;
    }
    for (const Bytes map : maps) v_.partitions_.push_back(partition_of(map));
    // What lies in another partition comes when all of those are known.
    for (std::size_t n = 0; n < maps.size(); ++n) {
      const Kind kind = v_.partitions_[n].kind;
      if (kind != Kind::metadata && kind != Kind::write_once) continue;
      const std::uint16_t base = base_of(v_.partitions_[n].number);  // may add one
      v_.partitions_[n].base = base;
    }
    for (std::size_t n = 0; n < maps.size(); ++n) {
      UdfPartition& p = v_.partitions_[n];
      if (p.kind == Kind::metadata) read_metadata(maps[n], p);
      if (p.kind == Kind::write_once) read_virtual_table(p);
    }
  }

  UdfPartition partition_of(Bytes map) const {
    const bool plain = map[0] == 1;
    if (!plain && (map[0] != 2 || map.size() < 64)) return {};
    UdfPartition p = described(load_le16(map, plain ? 4 : 38));
    if (plain || p.kind == Kind::unknown) return p;
    const std::string_view name = udf_entity(map, 4);
    p.kind = Kind::unknown;
    if (name == "*UDF Virtual Partition") p.kind = Kind::write_once;
    if (name == "*UDF Metadata Partition") p.kind = Kind::metadata;
    if (name == "*UDF Sparable Partition") read_sparing(map, p);
    return p;
  }

  // As the partition descriptor of that number has it.
  UdfPartition described(std::uint16_t number) const {
    const auto known = v_.descriptors_.partitions.find(number);
    if (known == v_.descriptors_.partitions.end()) return {};
    const Bytes b = known->second.bytes;
    UdfPartition p;
    p.kind = Kind::plain;
    p.number = number;
    p.start = std::uint64_t{load_le32(b, 188)} * v_.sector_size();
    p.blocks = std::uint64_t{load_le32(b, 192)} * v_.sector_size() / v_.block_size();
    return p;
  }

  // The partition of that number that lies on the disc itself; one is made where no map names it.
  std::uint16_t base_of(std::uint16_t number) {
    for (std::size_t n = 0; n < v_.partitions_.size(); ++n) {
      const UdfPartition& p = v_.partitions_[n];
      if ((p.kind == Kind::plain || p.kind == Kind::sparable) && p.number == number) {
        return static_cast<std::uint16_t>(n);
      }
    }
    v_.partitions_.push_back(described(number));
    return static_cast<std::uint16_t>(v_.partitions_.size() - 1);
  }

  // UDF 2.2.9 and 2.2.12: of several sparing tables the sound one with the highest number.
  void read_sparing(Bytes map, UdfPartition& p) const {
    constexpr std::uint32_t kFirstReserved = 0xFFFFFFF0;  // not in use, or defective itself
    p.packet = load_le16(map, 40);
    if (p.packet == 0) return;
    p.kind = Kind::sparable;
    std::optional<std::uint32_t> best;
    for (std::size_t n = 0; n < std::min<std::size_t>(map[42], 4); ++n) {
      const std::uint64_t at = std::uint64_t{load_le32(map, 48 + n * 4)} * v_.sector_size();
      std::vector<std::uint8_t> b(std::min<std::size_t>(load_le32(map, 44), 56 + 65536 * 8));
      b.resize(v_.source().read(at, b));
      if (b.size() < 56 || !udf_tag_is_sound(b) || udf_entity(b, 16) != "*UDF Sparing Table") {
        continue;
      }
      if (best && load_le32(b, 52) <= *best) continue;
      best = load_le32(b, 52);
      p.spared.clear();
      const std::size_t entries = std::min<std::size_t>(load_le16(b, 48), (b.size() - 56) / 8);
      for (std::size_t e = 0; e < entries; ++e) {
        const std::uint32_t original = load_le32(b, 56 + e * 8);
        if (original < kFirstReserved) p.spared[original] = load_le32(b, 60 + e * 8);
      }
    }
  }

  // UDF 2.2.13: a file of type 250, and with its own blocks or the same ones a mirror of type 251.
  void read_metadata(Bytes map, UdfPartition& p) {
    p.main_file = load_le32(map, 40);
    p.mirror_file = load_le32(map, 44);
    auto main = pieces_of({.block = p.main_file, .partition = p.base});
    auto mirror = pieces_of({.block = p.mirror_file, .partition = p.base});
    if (main.empty()) std::swap(main, mirror);
    p.pieces = std::move(main);
    p.mirror = std::move(mirror);
  }

  std::vector<UdfPartition::Piece> pieces_of(UdfAddress icb) const {
    std::vector<UdfPartition::Piece> pieces;
    const auto file = read_udf_file(v_, icb);
    if (!file) return pieces;
    std::uint64_t block = 0;
    for_each_udf_extent(v_, *file, [&](const UdfExtent& extent) {
      const std::uint64_t blocks =
          (std::uint64_t{extent.bytes} + v_.block_size() - 1) / v_.block_size();
      const bool stored =
          extent.kind == UdfExtentKind::recorded && extent.at.partition == icb.partition;
      pieces.push_back({.first = block,
                        .blocks = blocks,
                        .block = stored ? std::optional(extent.at.block) : std::nullopt});
      block += blocks;
      return block <= std::numeric_limits<std::uint32_t>::max() && pieces.size() < kMostPieces;
    });
    return pieces;
  }

  void read_virtual_table(UdfPartition& p) {
    UdfVirtualTable table = find_udf_virtual_table(v_, p.base, end_);
    p.table = std::move(table.blocks);
    if (start_ == 0 && table.partition_start > v_.partitions_[p.base].start) {
      later_session_ = table.partition_start / v_.sector_size();
    }
  }

  // The file set descriptor (4/14.1) with the highest number of those in the extent.
  bool find_root(const UdfExtent& first) {
    std::optional<std::vector<std::uint8_t>> found;
    UdfExtent extent = first;
    constexpr std::size_t kMostSets = 64;
    for (std::size_t n = 0; n < kMostSets && extent.bytes > 0; ++n) {
      std::vector<std::uint8_t> b = v_.block(extent.at);
      if (b.size() < 512 || !udf_tag_is_sound(b) || udf_tag(b) != UdfTag::file_set) break;
      const UdfExtent next = udf_long_ad(b, 448);
      if (!found || load_le32(b, 44) >= load_le32(*found, 44)) found = std::move(b);
      if (next.bytes > 0) {
        extent = next;
      } else {
        extent.bytes -= std::min(extent.bytes, v_.block_size());
        ++extent.at.block;
      }
    }
    if (!found)
      return fail(fmt::format("no file set descriptor in block {} of partition {}", first.at.block,
                              first.at.partition));
    v_.root_ = udf_long_ad(*found, 400).at;
    v_.system_streams_ = udf_long_ad(*found, 464);
    const auto root = read_udf_file(v_, v_.root_);
    if (!root)
      return fail(fmt::format("no file entry of the root folder in block {} of partition {}",
                              v_.root_.block, v_.root_.partition));
    return true;
  }

  UdfVolume& v_;
  std::uint64_t start_, end_;
  std::string& why_;
  std::optional<std::uint64_t> later_session_;  // the sector where its partition begins
};

std::unique_ptr<UdfVolume> UdfVolume::find(std::shared_ptr<const ByteSource> source,
                                           std::uint64_t start, std::uint64_t end,
                                           std::string& why) {
  const auto recognition = recognise_udf(*source, start);
  if (!recognition) {
    why = "no recognition sequence that names UDF";
    return nullptr;
  }
  std::unique_ptr<UdfVolume> volume(new UdfVolume(std::move(source)));
  if (!UdfOpener(*volume, start, end, why).open(*recognition)) return nullptr;
  return volume;
}

}  // namespace pregap::volumes
