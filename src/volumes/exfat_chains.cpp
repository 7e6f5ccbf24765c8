// The clusters of an exFAT volume's files against each other and against the allocation bitmap.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/endian.h"
#include "volumes/chain_folders.h"
#include "volumes/chain_report.h"
#include "volumes/exfat.h"
#include "volumes/exfat_folder.h"
#include "volumes/thorough.h"

namespace pregap::volumes {
namespace {

// Entries of the FAT, wherever they are asked for.
class Fat {
 public:
  Fat(const View& view, const ExfatLayout& layout) : view_(view), layout_(layout) {}
  // 0 behind the image's end: a chain that stops.
  std::uint32_t next(std::uint64_t cluster) {
    const std::uint64_t at = cluster * 4, page = at / kPage;
    Slot& slot = slots_[page % slots_.size()];
    if (slot.bytes.empty() || slot.page != page) {
      slot = {.page = page, .bytes = view_.read(layout_.fat_at + page * kPage, kPage)};
    }
    const auto within = static_cast<std::size_t>(at % kPage);
    return within + 4 <= slot.bytes.size() ? load_le32(slot.bytes, within) : 0;
  }

 private:
  static constexpr std::uint64_t kPage = 4096;
  struct Slot {
    std::uint64_t page = 0;
    std::vector<std::uint8_t> bytes{};
  };
  const View& view_;
  const ExfatLayout& layout_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);
};

class Chains {
 public:
  Chains(const View& view, const ExfatLayout& layout, const WorkOptions& work, Contents& out)
      : view_(view),
        e_(layout),
        work_(work),
        report_(view, "exFAT", "exfat", out),
        fat_(view, e_),
        seen_(std::size_t{layout.clusters} + 2, false) {}

  void check() {
    wait({.kind = ExfatKind::folder, .name = {}, .first_cluster = e_.root_cluster}, "");
    while (!folders_.empty()) read_folder(folders_.take());
    if (folders_.given_up()) {
      report_.unchecked("more files than pregap looks at, the rest is not checked");
    } else if (bitmap_ != 0) {
      compare_with_bitmap();
    }
    report_.finish(e_.fat_at);
  }

 private:
  void read_folder(const ChainFolder& waiting) {
    ExfatFolder folder;
    for (const std::uint32_t cluster : waiting.clusters) {
      throw_if_stopped(view_, work_);
      const auto bytes = view_.read(e_.cluster_at(cluster), e_.cluster_bytes);
      if (!folder.read(bytes, [&](const ExfatEntry& entry) { take(entry, waiting.path); })) return;
      if (bytes.size() < e_.cluster_bytes) return;  // cut: told by its size
    }
  }

  void take(const ExfatEntry& entry, const std::string& folder) {
    const bool of_root = entry.kind == ExfatKind::bitmap || entry.kind == ExfatKind::upcase;
    if (!folders_.count() || (of_root && !folder.empty())) return;
    const std::string path = path_in(folder, entry.name);
    if (!entry.checksum_is_good) {
      report_.fault(path, "its entries do not agree with their checksum");
    }
    if (entry.kind == ExfatKind::bitmap) bitmap_ = entry.first_cluster;
    if (entry.kind == ExfatKind::folder) return wait(entry, path);
    if (entry.size == 0 && entry.first_cluster == 0) return;
    const std::uint64_t before = report_.faults();
    const std::uint64_t clusters = clusters_of(entry, path).size();
    if (report_.faults() == before) {
      report_.compare(path, entry.size, clusters, e_.cluster_bytes);
    }
  }

  void wait(const ExfatEntry& entry, const std::string& path) {
    folders_.put({path, clusters_of(entry, path)});
  }

  // Those of a file, as far as no other has them.
  std::vector<std::uint32_t> clusters_of(const ExfatEntry& entry, const std::string& path) {
    std::vector<std::uint32_t> clusters;
    const std::uint64_t wanted =
        entry.size / e_.cluster_bytes + (entry.size % e_.cluster_bytes != 0 ? 1 : 0);
    std::uint32_t at = entry.first_cluster;
    for (std::uint64_t n = 0; !entry.contiguous || n < wanted; ++n) {
      if (!e_.is_cluster(at)) {
        report_.fault(path, fmt::format("{} cluster {}, the clusters are 2 to {}",
                                        n == 0 ? "begins in" : "leads to", at,
                                        std::uint64_t{e_.clusters} + 1));
        break;
      }
      if (seen_[at]) {
        const bool own = std::ranges::find(clusters, at) != clusters.end();
        report_.fault(path, own ? fmt::format("its chain comes back to cluster {}", at)
                                : fmt::format("shares cluster {} with another file", at));
        break;
      }
      seen_[at] = true;
      clusters.push_back(at);
      if (entry.contiguous) {
        ++at;
        continue;
      }
      constexpr std::uint32_t kEnd = 0xFFFFFFFF;
      at = fat_.next(at);
      if (at == kEnd) break;
    }
    return clusters;
  }

  void compare_with_bitmap() {
    if (!e_.is_cluster(bitmap_)) return;  // told with its chain
    const auto bitmap = view_.read(e_.cluster_at(bitmap_), e_.bitmap_bytes());
    std::uint64_t lost = 0, first_lost = 0, unmarked = 0, first_unmarked = 0;
    for (std::size_t n = 0; n < e_.clusters && n / 8 < bitmap.size(); ++n) {
      const bool marked = (bitmap[n / 8] >> n % 8 & 1) != 0;
      if (marked == seen_[n + 2]) continue;
      std::uint64_t& count = marked ? lost : unmarked;
      if (count++ == 0) (marked ? first_lost : first_unmarked) = n + 2;
    }
    if (unmarked > 0) {
      report_.fault("(allocation bitmap)",
                    fmt::format("{} clusters of files are marked as free, the first is {}",
                                unmarked, first_unmarked));
    }
    report_.lost(lost, first_lost, e_.cluster_bytes);
  }

  const View& view_;
  const ExfatLayout& e_;
  const WorkOptions& work_;
  ChainReport report_;
  Fat fat_;
  std::vector<bool> seen_;  // clusters that something has
  ChainFolders folders_;
  std::uint32_t bitmap_ = 0;
};

}  // namespace

void check_exfat_chains(const View& view, Contents& out, const WorkOptions& work) {
  const auto boot = view.read(0, 512);
  const auto layout = parse_exfat_boot(boot);
  if (!layout || !layout->is_cluster(layout->root_cluster)) return;
  if (layout->bitmap_bytes() > kMostBitmapBytes) {
    ChainReport(view, "exFAT", "exfat", out)
        .unchecked(fmt::format("{} clusters, their chains are checked up to {}", layout->clusters,
                               kMostBitmapBytes * 8));
    return;
  }
  Chains(view, *layout, work, out).check();
}

}  // namespace pregap::volumes
