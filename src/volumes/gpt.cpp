// The GUID partition table (UEFI 5.3): a header in sector 1 and its entries, and a copy of both at
// the disk's end; each header and each array of entries carries a CRC-32. What a sector is, the
// table doesn't say: the header's own number has to fit.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/endian.h"
#include "base/text.h"
#include "volumes/tables.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::uint32_t kLeastHeader = 92;
constexpr std::uint64_t kMostArrayBytes = std::uint64_t{4} << 20;

struct Header {
  std::uint64_t own = 0, other = 0, first_usable = 0, last_usable = 0, entries_at = 0;
  std::uint32_t entries = 0, entry_bytes = 0, entries_crc = 0, revision = 0;
  std::string guid;
  bool crc_good = false, entries_good = false;
  std::vector<std::uint8_t> array;

  std::uint64_t array_bytes() const { return std::uint64_t{entries} * entry_bytes; }
  bool good() const { return crc_good && entries_good; }
};

std::optional<Header> header_at(const View& view, std::uint64_t lba, std::uint32_t sector_size) {
  auto b = view.read(times(lba, sector_size), sector_size);
  if (b.size() < 512 || chars_of(std::span(b).first(8)) != "EFI PART") return std::nullopt;
  Header h{.own = load_le64(b, 24),
           .other = load_le64(b, 32),
           .first_usable = load_le64(b, 40),
           .last_usable = load_le64(b, 48),
           .entries_at = load_le64(b, 72),
           .entries = load_le32(b, 80),
           .entry_bytes = load_le32(b, 84),
           .entries_crc = load_le32(b, 88),
           .revision = load_le32(b, 8),
           .guid = guid_text(std::span(b).subspan(56, 16)),
           .array = {}};
  const std::uint32_t bytes = load_le32(b, 12), crc = load_le32(b, 16);
  store_le32(b, 16, 0);
  h.crc_good =
      bytes >= kLeastHeader && bytes <= b.size() && crc32_of(std::span(b).first(bytes)) == crc;
  if (h.entry_bytes < 128 || h.entry_bytes > 4096) return h;
  h.array = view.read(times(h.entries_at, sector_size), std::min(h.array_bytes(), kMostArrayBytes));
  h.entries_good = h.array.size() == h.array_bytes() && crc32_of(h.array) == h.entries_crc;
  return h;
}

std::optional<Header> find_header(const View& view, std::uint64_t lba, std::uint32_t sector_size) {
  auto h = header_at(view, lba, sector_size);
  // A damaged header may have any number; a good one has its own.
  if (h && h->crc_good && h->own != lba) return std::nullopt;
  return h;
}

struct Found {
  std::uint32_t sector_size = 512;
  std::optional<Header> primary, backup;
  std::uint64_t backup_lba = 0;
};

std::uint64_t last_lba(const View& view, std::uint32_t sector_size) {
  return view.size() / sector_size - 1;
}

// A header in sector 1 of some sector size, else one in the last sector.
std::optional<Found> find_table(const View& view) {
  constexpr std::array<std::uint32_t, 4> kSizes = {512, 4096, 2048, 1024};
  for (const std::uint32_t size : kSizes) {
    auto primary = find_header(view, 1, size);
    if (!primary) continue;
    Found found{.sector_size = size, .primary = std::move(primary), .backup = {}};
    found.backup_lba = found.primary->crc_good ? found.primary->other : last_lba(view, size);
    found.backup = find_header(view, found.backup_lba, size);
    if (!found.backup && found.backup_lba != last_lba(view, size)) {
      found.backup = find_header(view, last_lba(view, size), size);
      if (found.backup) found.backup_lba = last_lba(view, size);
    }
    return found;
  }
  for (const std::uint32_t size : kSizes) {
    if (view.size() < std::uint64_t{3} * size) continue;
    auto backup = find_header(view, last_lba(view, size), size);
    if (!backup || !backup->good()) continue;
    return Found{.sector_size = size,
                 .primary = {},
                 .backup = std::move(backup),
                 .backup_lba = last_lba(view, size)};
  }
  return std::nullopt;
}

std::string attributes_text(std::uint64_t bits) {
  std::string text;
  const auto add = [&](unsigned bit, const char* name) {
    if ((bits >> bit & 1) == 0) return;
    text += text.empty() ? "" : ", ";
    text += name;
  };
  add(0, "required");
  add(1, "no block io");
  add(2, "legacy boot");
  add(60, "read-only");
  add(62, "hidden");
  add(63, "no drive letter");
  return fmt::format("0x{:016x}{}{}", bits, text.empty() ? "" : ": ", text);
}

class Reader {
 public:
  Reader(const View& view, Found found, Contents& out)
      : view_(view), found_(std::move(found)), findings_(view, "GPT", out) {}

  PartitionTable read() {
    judge_headers();
    const bool by_backup =
        found_.backup && found_.backup->good() && (!found_.primary || !found_.primary->good());
    const Header& h = by_backup ? *found_.backup : *found_.primary;
    PartitionTable table{.kind = "gpt",
                         .offset = view_.offset() + found_.sector_size,
                         .sector_size = found_.sector_size,
                         .id = h.guid,
                         .partitions = {},
                         .facts = {}};
    const auto fact = [&](const char* name, auto value) {
      table.facts.emplace_back(name, fmt::format("{}", value));
    };
    fact("revision", fmt::format("{}.{}", h.revision >> 16, h.revision & 0xFFFF));
    fact("entries", h.entries);
    fact("entries at sector", h.entries_at);
    fact("first usable sector", h.first_usable);
    fact("last usable sector", h.last_usable);
    fact("backup header at sector", found_.backup_lba);
    if (by_backup) fact("read from", "the copy at the end");
    if (h.array_bytes() > kMostArrayBytes) {
      findings_.fault("gpt.entries", fmt::format("{} entries of {} bytes, of which the first {} "
                                                 "bytes are looked at",
                                                 h.entries, h.entry_bytes, kMostArrayBytes));
    }
    if (h.entry_bytes < 128 || h.entry_bytes > 4096) {
      findings_.fault("gpt.entries",
                      fmt::format("entries of {} bytes, expected 128 or more", h.entry_bytes));
    } else {
      read_entries(h, table);
    }
    return table;
  }

 private:
  void judge_headers() {
    const std::uint64_t size = found_.sector_size;
    const bool backup_good = found_.backup && found_.backup->good();
    const bool primary_good = found_.primary && found_.primary->good();
    const Mend by_backup = backup_good ? Mend::from_copy : Mend::no;
    const Mend by_primary = primary_good ? Mend::from_copy : Mend::no;
    if (findings_.check("gpt.header", size, found_.primary.has_value(),
                        "no header in sector 1, its copy in the last sector is sound",
                        Severity::fault, by_backup)) {
      judge(*found_.primary, 1, "", "header", by_backup);
    }
    if (findings_.check("gpt.backup_header", times(found_.backup_lba, size),
                        found_.backup.has_value(), missing_text(), Severity::fault, by_primary)) {
      judge(*found_.backup, found_.backup_lba, "backup_", "backup header", by_primary);
      const std::uint64_t last = last_lba(view_, found_.sector_size);
      if (found_.backup_lba < last) {
        findings_.warning("gpt.backup_place",
                          fmt::format("the backup header is in sector {}, the image's last one is "
                                      "{}",
                                      found_.backup_lba, last));
      }
    }
    if (primary_good && backup_good) {
      const Header &a = *found_.primary, &b = *found_.backup;
      findings_.check("gpt.copies", times(found_.backup_lba, size),
                      a.guid == b.guid && a.array == b.array && a.first_usable == b.first_usable &&
                          a.last_usable == b.last_usable,
                      "both tables agree with their checksums, but not with each other");
    }
  }

  std::string missing_text() const {
    if (found_.backup_lba > last_lba(view_, found_.sector_size)) {
      return fmt::format("the backup header belongs into sector {}, the image ends at {}",
                         found_.backup_lba, last_lba(view_, found_.sector_size));
    }
    return fmt::format("no backup header in sector {}", found_.backup_lba);
  }

  void judge(const Header& h, std::uint64_t lba, std::string_view prefix, std::string_view name,
             Mend mend) {
    findings_.check(fmt::format("gpt.{}header_crc", prefix), times(lba, found_.sector_size),
                    h.crc_good,
                    fmt::format("the {} in sector {} does not agree with its CRC", name, lba),
                    Severity::fault, mend);
    findings_.check(fmt::format("gpt.{}entries_crc", prefix),
                    times(h.entries_at, found_.sector_size), h.entries_good,
                    fmt::format("the entries of the {}, from sector {} on, do not agree with their "
                                "CRC",
                                name, h.entries_at),
                    Severity::fault, mend);
  }

  void read_entries(const Header& h, PartitionTable& table) {
    const std::span<const std::uint8_t> array(h.array);
    for (std::size_t at = 0, n = 1; at + h.entry_bytes <= array.size(); at += h.entry_bytes, ++n) {
      const auto e = array.subspan(at, 128);
      if (all_zero(e.first(16))) continue;
      if (table.partitions.size() >= kMostPartitions) break;
      const std::uint64_t first = load_le64(e, 32), last = load_le64(e, 40);
      if (first < h.first_usable || last > h.last_usable || first > last) {
        findings_.fault("gpt.usable", fmt::format("partition {} (sectors {}-{}) leaves the usable "
                                                  "sectors {}-{}",
                                                  n, first, last, h.first_usable, h.last_usable));
      }
      const std::uint64_t sectors = last < first ? 0 : plus(last - first, 1);
      Partition p{.number = static_cast<int>(n),
                  .address = fmt::format("p{}", n),
                  .offset = plus(view_.offset(), times(first, found_.sector_size)),
                  .size = times(sectors, found_.sector_size),
                  .type = {},
                  .type_id = guid_text(e.first(16)),
                  .label = utf16_text(e.subspan(56, 72), ByteOrder::little),
                  .id = guid_text(e.subspan(16, 16)),
                  .active = false,
                  .facts = {}};
      p.type = gpt_type_name(p.type_id);
      const std::uint64_t attributes = load_le64(e, 48);
      p.active = (attributes & 4) != 0;
      if (attributes != 0) p.facts.emplace_back("attributes", attributes_text(attributes));
      table.partitions.push_back(std::move(p));
    }
  }

  const View& view_;
  Found found_;
  Findings findings_;
};

}  // namespace

std::optional<PartitionTable> read_gpt(const View& view, Contents& out) {
  if (view.size() < 1024) return std::nullopt;
  auto found = find_table(view);
  if (!found) return std::nullopt;
  return Reader(view, std::move(*found), out).read();
}

}  // namespace pregap::volumes
