#include "volumes/contents.h"

#include <algorithm>
#include <array>
#include <compare>
#include <iterator>
#include <string_view>

#include "volumes/fat.h"
#include "volumes/file_systems.h"
#include "volumes/findings.h"
#include "volumes/floppy.h"
#include "volumes/tables.h"

namespace pregap::volumes {
namespace {

constexpr FileSystemReader kReaders[] = {
    read_fat,  read_exfat, read_ntfs,  read_ext,   read_hfs,  read_hfs_plus,
    read_udf,  read_xfs,   read_btrfs, read_f2fs,  read_swap, read_squashfs,
    read_luks, read_lvm,   read_apfs,  read_amiga,
};
constexpr FileSystemReader kByBackup[] = {read_fat_by_backup, read_exfat_by_backup,
                                          read_ntfs_by_backup, read_ext_by_backup};

void append(Contents& to, Contents&& from) {
  const auto move = [](auto& a, auto& b) {
    a.insert(a.end(), std::make_move_iterator(b.begin()), std::make_move_iterator(b.end()));
  };
  move(to.file_systems, from.file_systems);
  move(to.problems, from.problems);
  move(to.checks, from.checks);
}

// A file system that claims more than its partition, or the image, has.
void check_size(const View& view, const FileSystem& fs, Contents& out) {
  if (fs.size <= view.claimed() && fs.size <= view.size()) return;
  const bool cut = view.size() < view.claimed() || view.partition().empty();
  Findings(view, fs.kind, out)
      .fault("volume.size", "claims " + std::to_string(fs.size) + " bytes, " +
                                (cut ? "only " + std::to_string(view.size()) +
                                           " are there: the image may be cut short"
                                     : "its partition has " + std::to_string(view.claimed())));
}

bool is_iso(const FileSystem& fs) {
  return fs.kind == "ISO 9660" || fs.kind == "Joliet" || fs.kind == "High Sierra";
}

Contents file_systems_at(const View& view, IsoViews iso = IsoViews::with) {
  Contents found;
  for (const FileSystemReader read : kReaders) {
    if (auto fs = read(view, found)) found.file_systems.push_back(std::move(*fs));
  }
  for (FileSystem& fs : read_iso_views(view, found)) found.file_systems.push_back(std::move(fs));
  for (const FileSystem& fs : found.file_systems) {
    if (iso == IsoViews::with || !is_iso(fs)) check_size(view, fs, found);
  }
  return found;
}

Contents file_systems_by_backup(const View& view) {
  Contents found;
  for (const FileSystemReader read : kByBackup) {
    auto fs = read(view, found);
    if (!fs) continue;
    found.file_systems.push_back(std::move(*fs));
    check_size(view, found.file_systems.back(), found);
    break;
  }
  return found;
}

// A volume without partitions begins like an MBR, 55AA and all: its BPB comes first.
bool begins_with_bpb(const Contents& contents) {
  return std::ranges::any_of(contents.file_systems, [](const FileSystem& fs) {
    return fs.kind.starts_with("FAT") || fs.kind == "NTFS" || fs.kind == "exFAT";
  });
}

bool has_iso(const Contents& contents) {
  return std::ranges::any_of(contents.file_systems, is_iso);
}

View view_of(const ByteSource& bytes, const Partition& p) {
  return {bytes, p.offset, p.size, p.address};
}

struct KnownPartitions {
  std::size_t fitting = 0, others = 0;  // file systems no larger than their partition, and the rest
  auto operator<=>(const KnownPartitions&) const = default;
};
KnownPartitions known_partitions(const ByteSource& bytes, const PartitionTable& table) {
  KnownPartitions known;
  for (const Partition& p : table.partitions) {
    View view = view_of(bytes, p);
    view.forbid_counting();
    const std::vector<FileSystem> found = file_systems_at(view).file_systems;
    if (found.empty()) continue;
    ++(found.front().size <= p.size ? known.fitting : known.others);
  }
  return known;
}

// What a sector is, an MBR doesn't say: the size that leads to file systems, and gives them room,
// is it.
std::optional<PartitionTable> find_mbr(const View& view, std::optional<std::uint32_t> sector_size,
                                       Contents& out) {
  if (sector_size) return read_mbr(view, *sector_size, out);
  std::uint32_t best = 512;
  KnownPartitions most;
  bool any = false;
  for (const std::uint32_t size : {512U, 4096U, 2048U, 1024U}) {
    Contents ignored;
    const auto table = read_mbr(view, size, ignored);
    if (!table) continue;
    if (!any) best = size;
    any = true;
    const KnownPartitions known = known_partitions(view.bytes(), *table);
    if (known > most) {
      best = size;
      most = known;
    }
    if (size == 512 && known.fitting > 0 && known.others == 0) break;
  }
  return any ? read_mbr(view, best, out) : std::nullopt;
}

// The first table's partitions are p1, p2, ...; those of further views say their table's kind.
void number_addresses(std::vector<PartitionTable>& tables) {
  for (std::size_t t = 1; t < tables.size(); ++t) {
    for (Partition& p : tables[t].partitions) p.address = tables[t].kind + p.address.substr(1);
  }
}

class Explorer {
 public:
  Explorer(const ByteSource& bytes, IsoViews iso) : bytes_(bytes), whole_(bytes), iso_(iso) {}

  Contents explore() {
    append(out_, file_systems_at(whole_, iso_));
    if (!begins_with_bpb(out_)) find_tables();
    const bool hybrid = has_iso(out_);
    number_addresses(out_.tables);
    find_labels_inside();
    for (const PartitionTable& table : out_.tables) {
      const bool by_design = hybrid || (out_.tables.size() > 1 && table.kind != "bsd");
      check_ranges(whole_, table, by_design ? Overlap::by_design : Overlap::fault, out_);
    }
    for (const PartitionTable& table : std::vector(out_.tables)) look_into_partitions(table);
    if (out_.empty()) append(out_, file_systems_by_backup(whole_));
    if (out_.tables.empty() && !hybrid) {
      out_.geometry = floppy_geometry(whole_, out_.file_systems);
    }
    if (iso_ == IsoViews::without) std::erase_if(out_.file_systems, is_iso);
    std::ranges::stable_sort(out_.file_systems, {}, &FileSystem::offset);
    return std::move(out_);
  }

 private:
  using TableReader = std::optional<PartitionTable> (*)(const View&, Contents&);

  // A copy of a GPT at the end alone may be left over from before a file system was made.
  void find_tables() {
    Contents of_gpt;
    auto gpt = read_gpt(whole_, of_gpt);
    const bool header_lost = std::ranges::any_of(
        of_gpt.checks, [](const Check& c) { return c.name == "gpt.header" && !c.good; });
    if (gpt && header_lost && !out_.file_systems.empty()) gpt.reset();
    Contents of_mbr;
    auto mbr = find_mbr(whole_, gpt ? std::optional(gpt->sector_size) : std::nullopt, of_mbr);
    const bool mbr_protects = mbr && std::ranges::any_of(mbr->partitions, [](const Partition& p) {
                                return p.type_id == "0xee";
                              });
    const auto take = [&](std::optional<PartitionTable>& table, Contents& found) {
      if (!table) return;
      out_.tables.push_back(std::move(*table));
      append(out_, std::move(found));
    };
    if (gpt && mbr && !mbr_protects) {
      take(mbr, of_mbr);
      take(gpt, of_gpt);
    } else {
      take(gpt, of_gpt);
      take(mbr, of_mbr);
    }
    for (const TableReader read : {read_apm, read_sun, read_sgi, read_bsd}) {
      Contents found;
      auto table = read(whole_, found);
      take(table, found);
    }
    if (!out_.tables.empty()) return;
    Contents found;
    auto atari = read_atari(whole_, found);
    take(atari, found);
  }

  static bool may_have_slices(const Partition& p) {
    constexpr std::array<std::string_view, 6> types = {"0xa5",
                                                       "0xa6",
                                                       "0xa9",
                                                       "516e7cb4-6ecf-11d6-8ff8-00022d09712b",
                                                       "824cc7a0-36a8-11e3-890a-952519ad3f61",
                                                       "0x9f"};
    return std::ranges::find(types, p.type_id) != types.end();
  }

  // A BSD label inside a partition of another table: its slices are that partition's.
  void find_labels_inside() {
    std::vector<PartitionTable> inside;
    for (const PartitionTable& table : out_.tables) {
      if (table.kind != "mbr" && table.kind != "gpt") continue;
      for (const Partition& p : table.partitions) {
        if (p.offset == 0 || p.offset >= bytes_.size() || !may_have_slices(p)) continue;
        Contents found;
        auto label = read_bsd(view_of(bytes_, p), found);
        if (!label) continue;
        inside.push_back(std::move(*label));
        append(out_, std::move(found));
      }
    }
    for (PartitionTable& table : inside) out_.tables.push_back(std::move(table));
  }

  bool is_known(const FileSystem& fs, const std::string& address) {
    const auto same = std::ranges::find_if(out_.file_systems, [&](const FileSystem& other) {
      return other.kind == fs.kind && other.offset == fs.offset;
    });
    if (same == out_.file_systems.end()) return false;
    if (same->partition.empty()) same->partition = address;
    return true;
  }

  void look_into_partitions(const PartitionTable& table) {
    for (const Partition& p : table.partitions) {
      if (p.type.find("xtended") != p.type.npos || p.offset >= bytes_.size() || p.size == 0) {
        continue;
      }
      View view = view_of(bytes_, p);
      if (++partitions_ > kCounted) view.forbid_counting();
      Contents found = file_systems_at(view, iso_);
      if (!found.file_systems.empty() && is_known(found.file_systems.front(), p.address)) continue;
      if (found.file_systems.empty()) found = file_systems_by_backup(view);
      append(out_, std::move(found));
    }
  }

  static constexpr int kCounted = 32;

  const ByteSource& bytes_;
  View whole_;
  IsoViews iso_;
  int partitions_ = 0;
  Contents out_;
};

}  // namespace

bool look_into_udf_session(const ByteSource& bytes, std::uint64_t start, Contents& contents) {
  auto fs = read_udf_session(View(bytes), start, contents);
  if (fs) contents.file_systems.push_back(std::move(*fs));
  return fs.has_value();
}

Contents look_into(const ByteSource& bytes, IsoViews iso) { return Explorer(bytes, iso).explore(); }

}  // namespace pregap::volumes
