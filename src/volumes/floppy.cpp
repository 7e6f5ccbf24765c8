#include "volumes/floppy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/endian.h"
#include "volumes/fat.h"

namespace pregap::volumes {
namespace {

struct Geometry {
  std::string_view name;
  std::uint32_t cylinders, heads, per_track, sector_size;  // per_track 0: it varies

  std::uint64_t bytes() const { return std::uint64_t{cylinders} * heads * per_track * sector_size; }
};

// Of equal sizes the commoner first.
constexpr std::array kGeometries = std::to_array<Geometry>({
    {"160 KB, 5.25 inch, single-sided DD", 40, 1, 8, 512},
    {"180 KB, 5.25 inch, single-sided DD", 40, 1, 9, 512},
    {"250 KB, 8 inch, single-sided SD", 77, 1, 26, 128},
    {"320 KB, 5.25 inch DD", 40, 2, 8, 512},
    {"360 KB, 5.25 inch DD", 40, 2, 9, 512},
    {"640 KB, 3.5 or 5.25 inch DD, 8 sectors", 80, 2, 8, 512},
    {"720 KB, 3.5 inch DD", 80, 2, 9, 512},
    {"738 KB, 3.5 inch DD, 82 cylinders", 82, 2, 9, 512},
    {"800 KB, 3.5 inch DD, 10 sectors (Atari ST)", 80, 2, 10, 512},
    {"820 KB, 3.5 inch DD, 82 cylinders of 10 sectors (Atari ST)", 82, 2, 10, 512},
    {"880 KB, 3.5 inch DD, 11 sectors (Amiga, Atari ST)", 80, 2, 11, 512},
    {"902 KB, 3.5 inch DD, 82 cylinders of 11 sectors (Atari ST)", 82, 2, 11, 512},
    {"1.2 MB, 5.25 inch HD", 80, 2, 15, 512},
    {"1.2 MB, 3.5 or 5.25 inch HD, 1024-byte sectors (PC-98)", 77, 2, 8, 1024},
    {"1.44 MB, 3.5 inch HD", 80, 2, 18, 512},
    {"1.68 MB, 3.5 inch HD, 21 sectors (DMF)", 80, 2, 21, 512},
    {"1.72 MB, 3.5 inch HD, 82 cylinders of 21 sectors", 82, 2, 21, 512},
    {"1.76 MB, 3.5 inch HD, 22 sectors (Amiga)", 80, 2, 22, 512},
    {"1.84 MB, 3.5 inch HD, 23 sectors (XDF)", 80, 2, 23, 512},
    {"2.88 MB, 3.5 inch ED", 80, 2, 36, 512},
});

Facts facts_of(std::string_view name, std::uint32_t cylinders, std::uint32_t heads,
               std::uint32_t per_track, std::uint32_t sector_size) {
  return {{"name", std::string(name)},
          {"cylinders", std::to_string(cylinders)},
          {"heads", std::to_string(heads)},
          {"sectors per track", per_track == 0 ? "8 to 12" : std::to_string(per_track)},
          {"sector size", std::to_string(sector_size)}};
}

bool is_macintosh(const std::vector<FileSystem>& file_systems) {
  return std::ranges::any_of(file_systems, [](const FileSystem& fs) {
    return fs.kind.starts_with("HFS") || fs.kind == "MFS";
  });
}

}  // namespace

Facts floppy_geometry(const View& view, const std::vector<FileSystem>& file_systems) {
  constexpr std::uint64_t kMacSingle = 409600, kMacDouble = 819200;
  const std::uint64_t size = view.size();
  if (size == kMacSingle) {
    return facts_of("400 KB, 3.5 inch, single-sided (Macintosh)", 80, 1, 0, 512);
  }
  if (size == kMacDouble && is_macintosh(file_systems)) {
    return facts_of("800 KB, 3.5 inch (Macintosh)", 80, 2, 0, 512);
  }
  const auto by_size = std::ranges::find(kGeometries, size, &Geometry::bytes);
  constexpr std::uint64_t kLargest = 3 << 20;
  const auto fat = size <= kLargest ? find_fat(view) : std::nullopt;
  const auto boot = view.read(0, 512);
  if (fat && fat->has_bpb && boot.size() == 512) {
    const std::uint32_t per_track = load_le16(boot, 24), heads = load_le16(boot, 26);
    const std::uint64_t track = std::uint64_t{per_track} * heads * fat->sector_size;
    if (track != 0 && heads <= 2 && per_track <= 48 && size % track == 0 && size / track <= 90) {
      const auto cylinders = static_cast<std::uint32_t>(size / track);
      const bool same = by_size != kGeometries.end() && by_size->heads == heads &&
                        by_size->per_track == per_track && by_size->sector_size == fat->sector_size;
      const std::string name = same ? std::string(by_size->name)
                                    : fmt::format("{} KB, {}", size / 1024,
                                                  heads == 1 ? "single-sided" : "double-sided");
      return facts_of(name, cylinders, heads, per_track, fat->sector_size);
    }
  }
  if (by_size == kGeometries.end()) return {};
  return facts_of(by_size->name, by_size->cylinders, by_size->heads, by_size->per_track,
                  by_size->sector_size);
}

}  // namespace pregap::volumes
