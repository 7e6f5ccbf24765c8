// What ISO 9660 says twice (ECMA-119): numbers in both byte orders (7.2.3, 7.3.3), two path tables
// (9.4), and the path tables against the directories (9.1). Masters are often wrong in one of them,
// and the disc is read all the same: so these are warnings.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "base/endian.h"
#include "base/text.h"
#include "volumes/findings.h"
#include "volumes/text.h"
#include "volumes/thorough.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kSector = 2048;
constexpr std::size_t kMostFolders = 65536;
constexpr std::uint64_t kMostFolderBytes = std::uint64_t{64} << 20;

bool agrees16(std::span<const std::uint8_t> b, std::size_t at) {
  return load_le16(b, at) == load_be16(b, at + 2);
}
bool agrees32(std::span<const std::uint8_t> b, std::size_t at) {
  return load_le32(b, at) == load_be32(b, at + 4);
}

struct PathEntry {
  std::uint32_t extent = 0;
  std::uint16_t parent = 0;
  std::string name;
  bool operator==(const PathEntry&) const = default;
};

std::vector<PathEntry> path_table(std::span<const std::uint8_t> b, ByteOrder order) {
  std::vector<PathEntry> entries;
  for (std::size_t at = 0; at + 8 < b.size() && b[at] != 0;) {
    const std::size_t length = b[at];
    if (at + 8 + length > b.size() || entries.size() >= kMostFolders) break;
    entries.push_back(
        {.extent = order == ByteOrder::little ? load_le32(b, at + 2) : load_be32(b, at + 2),
         .parent = order == ByteOrder::little ? load_le16(b, at + 6) : load_be16(b, at + 6),
         .name = std::string(chars_of(b.subspan(at + 8, length)))});
    at += 8 + length + length % 2;
  }
  return entries;
}

// One descriptor's tree: the primary's, or a supplementary one's.
class Tree {
 public:
  Tree(const View& view, std::span<const std::uint8_t> descriptor, std::uint64_t at,
       std::string_view what, Contents& out, const WorkOptions& work)
      : view_(view), d_(descriptor), at_(at), findings_(view, what, out), work_(work) {}

  void check() {
    block_ = load_le16(d_, 128);
    check_descriptor();
    if (block_ != 512 && block_ != 1024 && block_ != kSector) return;
    const auto little = read_table(load_le32(d_, 140), ByteOrder::little);
    const auto big = read_table(load_be32(d_, 148), ByteOrder::big);
    findings_.check(
        "iso.path_tables", load_le32(d_, 140) * std::uint64_t{block_}, little == big,
        fmt::format("the L path table ({}) and the M path table ({}) differ{}",
                    folders(little.size()), folders(big.size()), first_difference(little, big)),
        Severity::warning);
    walk();
    tell_directories();
    hold_against_directories(little);
  }

 private:
  static std::string folders(std::size_t n) {
    return fmt::format("{} folder{}", n, n == 1 ? "" : "s");
  }

  static std::string first_difference(const std::vector<PathEntry>& a,
                                      const std::vector<PathEntry>& b) {
    const auto [x, y] = std::ranges::mismatch(a, b);
    if (x == a.end() || y == b.end()) return {};
    return fmt::format(", first in entry {}: extent {} and {}", x - a.begin() + 1, x->extent,
                       y->extent);
  }

  void check_descriptor() {
    std::string wrong;
    const auto field = [&](bool agrees, std::string_view name) {
      if (!agrees) wrong += fmt::format("{}{}", wrong.empty() ? "" : ", ", name);
    };
    field(agrees32(d_, 80), "volume space size");
    field(agrees16(d_, 120), "volume set size");
    field(agrees16(d_, 124), "volume sequence number");
    field(agrees16(d_, 128), "logical block size");
    field(agrees32(d_, 132), "path table size");
    field(agrees32(d_, 158), "root directory's extent");
    field(agrees32(d_, 166), "root directory's length");
    findings_.check(
        "iso.descriptor", at_, wrong.empty(),
        fmt::format("the descriptor's little- and big-endian fields disagree: {}", wrong),
        Severity::warning);
  }

  std::vector<PathEntry> read_table(std::uint32_t block, ByteOrder order) {
    constexpr std::uint32_t kMostBytes = 16 << 20;
    const std::uint32_t bytes = std::min(load_le32(d_, 132), kMostBytes);
    const auto b = view_.read(std::uint64_t{block} * block_, bytes);
    if (b.size() < bytes) whole_ = false;  // cut: told by the volume's size
    return path_table(b, order);
  }

  void walk() {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> waiting;  // extent, bytes
    waiting.emplace_back(load_le32(d_, 158), load_le32(d_, 166));
    std::uint64_t bytes_read = 0;
    while (!waiting.empty()) {
      throw_if_stopped(view_, work_);
      const auto [extent, bytes] = waiting.back();
      waiting.pop_back();
      if (folders_.size() >= kMostFolders || bytes_read > kMostFolderBytes) {
        whole_ = false;
        return;
      }
      if (!folders_.insert(extent).second) continue;
      const auto b = view_.read(std::uint64_t{extent} * block_,
                                std::min<std::uint64_t>(bytes, kMostFolderBytes));
      if (b.size() < bytes) unreadable_.push_back(extent);
      bytes_read += b.size() + 1;
      read_folder(b, extent, waiting);
    }
  }

  void read_folder(std::span<const std::uint8_t> b, std::uint32_t extent,
                   std::vector<std::pair<std::uint32_t, std::uint32_t>>& waiting) {
    constexpr std::uint8_t kFolder = 0x02;
    for (std::size_t at = 0; at + 34 <= b.size();) {
      const std::size_t length = b[at];
      const std::size_t left = kSector - at % kSector;
      if (length == 0) {
        at += left;  // records don't cross sectors
        continue;
      }
      const std::size_t name = b[at + 32];
      if (length < 34 || length > left || at + length > b.size() || 33 + name > length) {
        malformed_.push_back(extent);
        return;
      }
      const auto record = b.subspan(at, length);
      if (!agrees32(record, 2) || !agrees32(record, 10) || !agrees16(record, 28)) {
        if (disagreeing_++ == 0) first_disagreeing_ = plain_text(record.subspan(33, name));
      }
      const bool itself = name == 1 && record[33] <= 1;
      if ((record[25] & kFolder) != 0 && !itself) {
        waiting.emplace_back(load_le32(record, 2) + record[1], load_le32(record, 10));
      }
      at += length;
    }
  }

  void tell_directories() {
    const std::uint64_t root = std::uint64_t{load_le32(d_, 158)} * block_;
    findings_.check("iso.directory_fields", root, disagreeing_ == 0,
                    fmt::format("the little- and big-endian fields of {} directory record{} "
                                "disagree, first of \"{}\"",
                                disagreeing_, disagreeing_ == 1 ? "" : "s", first_disagreeing_),
                    Severity::warning);
    findings_.check("iso.directories", root, malformed_.empty() && unreadable_.empty(),
                    fmt::format("{} malformed or cut, first at block {}",
                                folders(malformed_.size() + unreadable_.size()),
                                malformed_.empty() ? unreadable_.empty() ? 0 : unreadable_.front()
                                                   : malformed_.front()),
                    Severity::warning);
  }

  void hold_against_directories(const std::vector<PathEntry>& table) {
    if (!whole_ || !malformed_.empty() || !unreadable_.empty()) return;
    std::set<std::uint32_t> listed;
    for (const PathEntry& entry : table) listed.insert(entry.extent);
    std::vector<std::uint32_t> missing, surplus;
    std::ranges::set_difference(folders_, listed, std::back_inserter(missing));
    std::ranges::set_difference(listed, folders_, std::back_inserter(surplus));
    findings_.check(
        "iso.path_table_folders", std::uint64_t{load_le32(d_, 140)} * block_,
        missing.empty() && surplus.empty(),
        fmt::format("the path table lists {}, the directories have {}: {} not listed, {} not there",
                    listed.size(), folders_.size(), missing.size(), surplus.size()),
        Severity::warning);
  }

  const View& view_;
  std::span<const std::uint8_t> d_;
  std::uint64_t at_;
  Findings findings_;
  const WorkOptions& work_;
  std::uint32_t block_ = 0;
  std::set<std::uint32_t> folders_;  // by extent
  std::vector<std::uint32_t> malformed_, unreadable_;
  std::uint64_t disagreeing_ = 0;
  std::string first_disagreeing_;
  bool whole_ = true;
};

}  // namespace

void check_iso(const View& view, Contents& out, const WorkOptions& work) {
  constexpr std::uint64_t kFirst = 16, kMost = 64;
  constexpr std::uint8_t kPrimary = 1, kSupplementary = 2, kTerminator = 255;
  for (std::uint64_t n = kFirst; n < kFirst + kMost; ++n) {
    const auto d = view.read(n * kSector, kSector);
    if (d.size() < kSector || chars_of(std::span(d).subspan(1, 5)) != "CD001") return;
    if (d[0] == kTerminator) return;
    if (d[0] != kPrimary && d[0] != kSupplementary) continue;
    const bool joliet = d[0] == kSupplementary && d[88] == '%' && d[89] == '/';
    Tree(view, d, n * kSector,
         joliet             ? "Joliet"
         : d[0] == kPrimary ? "ISO 9660"
                            : "ISO 9660 (supplementary)",
         out, work)
        .check();
  }
}

}  // namespace pregap::volumes
