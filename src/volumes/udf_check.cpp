// What UDF says twice: the volume descriptors in a reserve sequence (ECMA-167 3/8.4.2), files and
// free blocks in the integrity descriptor (UDF 2.2.6), used blocks in bitmaps, metadata in a mirror
// (UDF 2.2.13); and the CRCs of all that names files.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "volumes/findings.h"
#include "volumes/thorough.h"
#include "volumes/udf_extents.h"
#include "volumes/udf_space.h"
#include "volumes/udf_tree.h"

namespace pregap::volumes {
namespace {

using Kind = UdfPartition::Kind;

constexpr std::uint32_t kUnknown = 0xFFFFFFFF;

class UdfCheck {
 public:
  UdfCheck(const View& view, const UdfVolume& volume, Contents& out, const WorkOptions& work)
      : view_(view), v_(volume), findings_(view, "UDF", out), work_(work) {}

  void run() {
    hold_against_reserve();
    integrity_ = udf_integrity(v_.source(), v_.sector_size(),
                               udf_sectors(v_.descriptors().logical->bytes, 432));
    bitmaps_ = udf_bitmaps(v_);
    check_bitmaps();
    check_tree();
    for (const UdfPartition& p : v_.partitions()) {
      if (p.kind == Kind::metadata && check_metadata_files(p)) compare_mirror(p);
    }
  }

 private:
  // What a descriptor says: all but its tag, which tells where it stands.
  static bool say_the_same(const UdfDescriptor& a, const UdfDescriptor& b) {
    return std::ranges::equal(Bytes(a.bytes).subspan(kUdfTagSize),
                              Bytes(b.bytes).subspan(kUdfTagSize));
  }
  static bool say_the_same(const std::optional<UdfDescriptor>& a,
                           const std::optional<UdfDescriptor>& b) {
    return a.has_value() == b.has_value() && (!a || say_the_same(*a, *b));
  }

  struct Sequence {
    UdfPrevailing prevailing;
    std::uint64_t broken = 0;
    bool is_sound() const {
      return broken == 0 && prevailing.is_whole() &&
             (!prevailing.primary || prevailing.primary->crc_good);
    }
  };
  Sequence read(UdfSectors extent) const {
    Sequence s;
    for_each_udf_descriptor(
        v_.source(), v_.sector_size(), extent,
        [&](UdfDescriptor&& d) { s.prevailing.take(std::move(d)); },
        [&](std::uint64_t) { ++s.broken; });
    return s;
  }

  void hold_against_reserve() {
    const UdfSectors where = v_.anchor().reserve;
    const std::uint64_t at = std::uint64_t{where.first} * v_.sector_size();
    const Sequence main = read(v_.anchor().main), reserve = read(where);
    if (!reserve.prevailing.logical && reserve.broken == 0) {
      findings_.warning(
          "udf.reserve_sequence",
          fmt::format("no reserve volume descriptor sequence in sector {}", where.first));
      return;
    }
    if (!findings_.check(
            "udf.reserve_sequence", at, reserve.is_sound(),
            fmt::format("the reserve volume descriptor sequence in sector {} is damaged",
                        where.first),
            Severity::fault, main.is_sound() ? Mend::from_copy : Mend::no) ||
        !main.is_sound()) {
      return;
    }
    const auto& a = main.prevailing;
    const auto& b = reserve.prevailing;
    const bool same_volume = say_the_same(a.logical, b.logical) &&
                             std::ranges::equal(a.partitions, b.partitions, [](auto& x, auto& y) {
                               return x.first == y.first && say_the_same(x.second, y.second);
                             });
    // Some writers make the two volume set identifiers at different times.
    findings_.check("udf.sequences", at, same_volume && say_the_same(a.primary, b.primary),
                    "the main and the reserve volume descriptor sequence differ",
                    same_volume ? Severity::note : Severity::warning);
  }

  // A number of 32 bits of the integrity descriptor; nothing where it has none.
  std::optional<std::uint32_t> integrity(std::size_t at) const {
    if (!integrity_ || at + 4 > integrity_->bytes.size()) return std::nullopt;
    return load_le32(integrity_->bytes, at);
  }
  bool is_closed() const { return integrity(28) == 1U; }

  void check_bitmaps() {
    for (const UdfBitmap& bitmap : bitmaps_) {
      const UdfPartition& p = v_.partitions()[bitmap.partition];
      const bool fits =
          bitmap.bits == p.blocks && bitmap.bytes == (std::uint64_t{bitmap.bits} + 7) / 8;
      findings_.check(
          "udf.space_bitmap", bitmap.offset, fits,
          fmt::format("the space bitmap has {} bits in {} bytes, its partition {} blocks",
                      bitmap.bits, bitmap.bytes, p.blocks),
          Severity::warning);
      const auto told = integrity(80 + std::size_t{bitmap.partition} * 4);
      const bool is_only = bitmaps_.size() == 1;
      if (!fits || !is_only || !is_closed() || !told || *told == kUnknown) continue;
      if (bitmap.bitmap.size() < bitmap.bytes) continue;  // cut: told by the volume's size
      std::uint64_t unused = 0;
      for (std::uint64_t n = 0; n < bitmap.bits; ++n) unused += bitmap.is_unused(n) ? 1 : 0;
      findings_.check("udf.free_blocks", bitmap.offset, unused == *told,
                      fmt::format("{} free blocks in the integrity descriptor, {} in the bitmap",
                                  *told, unused),
                      Severity::warning);
    }
  }

  void check_tree() {
    // Of a metadata partition it may lie in the mirror alone.
    const std::uint64_t root = v_.place_of(v_.root()).value_or(UdfPlace{}).offset;
    const UdfTree tree = look_at_udf_tree(
        v_, [&](const UdfFile& file) { look_at_blocks(file); },
        [&] { throw_if_stopped(view_, work_); });
    findings_.check(
        "udf.file_entries", root, tree.bad_entries == 0,
        fmt::format("{} malformed, first {}", entries(tree.bad_entries), tree.first_bad_entry));
    findings_.check("udf.directories", root, tree.bad_folders == 0,
                    fmt::format("{} malformed or cut, first {}",
                                counted(static_cast<long long>(tree.bad_folders), "folder"),
                                tree.first_bad_folder));
    if (!bitmaps_.empty()) {
      findings_.check(
          "udf.used_blocks", bitmaps_.front().offset, unused_blocks_ == 0,
          fmt::format("{} of files that the bitmap has as unused, first block {}",
                      counted(static_cast<long long>(unused_blocks_), "block"), first_unused_));
    }
    if (tree.whole && tree.bad_entries == 0 && tree.bad_folders == 0) compare_counts(tree);
  }

  static std::string entries(std::uint64_t n) {
    return fmt::format("{} file entr{}", n, n == 1 ? "y" : "ies");
  }

  // UDF 2.2.6.4; of a volume with a virtual partition the table has later ones (2.2.11). A file of
  // several names is counted once by some writers, by each of its names by others.
  void compare_counts(const UdfTree& tree) {
    const bool write_once = std::ranges::any_of(
        v_.partitions(), [](const UdfPartition& p) { return p.kind == Kind::write_once; });
    const std::size_t use = 80 + std::size_t{integrity(72).value_or(0)} * 8;
    const auto files = integrity(use + 32), folders = integrity(use + 36);
    if (write_once || !is_closed() || integrity(76).value_or(0) < 46 || !files || !folders) return;
    if (*files == kUnknown || *folders == kUnknown) return;
    const bool good = (*files == tree.files || *files == tree.names) && *folders == tree.folders;
    findings_.check(
        "udf.counts", integrity_->offset, good,
        fmt::format("the integrity descriptor counts {} files and {} folders, there are {} and {}",
                    *files, *folders, tree.files, tree.folders),
        Severity::warning);
  }

  void look_at_blocks(const UdfFile& file) {
    if (bitmaps_.empty() || looked_at_ >= kMostBlocks) return;
    look_at_blocks(file.at, 1);
    if (file.allocation() == UdfFile::Allocation::within) return;
    for_each_udf_extent(v_, file, [&](const UdfExtent& extent) {
      ++looked_at_;  // so that extents without a block in a bitmap count too
      if (extent.kind == UdfExtentKind::unallocated) return looked_at_ < kMostBlocks;
      look_at_blocks(extent.at,
                     (std::uint64_t{extent.bytes} + v_.block_size() - 1) / v_.block_size());
      return looked_at_ < kMostBlocks;
    });
  }

  void look_at_blocks(UdfAddress at, std::uint64_t count) {
    for (const UdfBitmap& bitmap : bitmaps_) {
      if (bitmap.partition != at.partition) continue;
      const std::uint64_t end = std::min<std::uint64_t>(at.block + count, bitmap.bits);
      for (std::uint64_t n = at.block; n < end && looked_at_ < kMostBlocks; ++n, ++looked_at_) {
        if (bitmap.is_unused(n) && unused_blocks_++ == 0) first_unused_ = n;
      }
    }
  }

  bool check_metadata_files(const UdfPartition& p) {
    const auto is_sound = [&](std::uint32_t block) {
      const auto file = read_udf_file(v_, {.block = block, .partition = p.base});
      return file && file->crc_good;
    };
    const bool main = is_sound(p.main_file), mirror = is_sound(p.mirror_file);
    const auto place = v_.place_of({.block = p.main_file, .partition = p.base});
    return findings_.check(
        "udf.metadata_files", place.value_or(UdfPlace{}).offset, main && mirror,
        fmt::format("the file entry of the metadata file{} in block {} is malformed",
                    main ? "'s mirror" : "", main ? p.mirror_file : p.main_file),
        Severity::fault, main || mirror ? Mend::from_copy : Mend::no);
  }

  // Block by block: the mirror may have its own, or be a second file entry over the same ones.
  void compare_mirror(const UdfPartition& p) {
    const auto number = static_cast<std::uint16_t>(&p - v_.partitions().data());
    std::uint64_t differ = 0, first = 0, blocks = 0;
    for (const UdfPartition::Piece& piece : p.pieces) {
      for (std::uint64_t n = piece.first; n < piece.first + piece.blocks; ++n) {
        if (!piece.block || ++blocks > kMostBlocks) break;
        if (blocks % 1024 == 0) throw_if_stopped(view_, work_);
        const UdfAddress at{.block = static_cast<std::uint32_t>(n), .partition = number};
        const auto main = v_.place_of(at), mirror = v_.place_of(at, 1, UdfVolume::Copy::mirror);
        if (main && mirror && main->offset == mirror->offset) continue;
        if (v_.block(at) == v_.block(at, UdfVolume::Copy::mirror)) continue;
        if (differ++ == 0) first = n;
      }
    }
    findings_.check("udf.metadata_mirror",
                    v_.place_of({.block = 0, .partition = number}).value_or(UdfPlace{}).offset,
                    differ == 0,
                    fmt::format("the metadata file and its mirror differ in {}, first block {}",
                                counted(static_cast<long long>(differ), "block"), first));
  }

  static constexpr std::uint64_t kMostBlocks = std::uint64_t{1} << 28;

  const View& view_;
  const UdfVolume& v_;
  Findings findings_;
  const WorkOptions& work_;
  std::optional<UdfDescriptor> integrity_;
  std::vector<UdfBitmap> bitmaps_;
  std::uint64_t looked_at_ = 0, unused_blocks_ = 0, first_unused_ = 0;
};

}  // namespace

void check_udf(const View& view, std::uint64_t start, Contents& out, const WorkOptions& work) {
  std::string why;
  const auto volume = UdfVolume::find(std::make_shared<ViewSource>(view), start, view.size(), why);
  if (volume != nullptr) UdfCheck(view, *volume, out, work).run();  // else look_into() has told it
}

}  // namespace pregap::volumes
