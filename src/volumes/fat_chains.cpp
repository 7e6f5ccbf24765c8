// The chains of a FAT against the folders: every chain belongs to one file, is as long as that
// file's size says, and ends; what is marked as used belongs to some file.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "volumes/chain_folders.h"
#include "volumes/chain_report.h"
#include "volumes/fat.h"
#include "volumes/fat_folder.h"
#include "volumes/thorough.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kLargestTable = 128U << 20;  // in bytes, kept in memory

class Chains {
 public:
  Chains(const View& view, const FatLayout& layout, const WorkOptions& work, Contents& out)
      : view_(view),
        f_(layout),
        work_(work),
        report_(view, fmt::format("FAT{}", layout.bits), "fat", out),
        seen_(layout.clusters + 2, false) {}

  // False: the table is cut.
  bool read_table(std::uint32_t fat) {
    table_.reserve(static_cast<std::size_t>(f_.clusters + 2));
    table_.assign(2, 0);
    return walk_fat(view_, f_, fat, kLargestTable, [&](std::uint64_t, std::uint32_t entry) {
      table_.push_back(entry);
      return true;
    });
  }

  void check(std::uint32_t fat) {
    read_root();
    while (!folders_.empty()) read_folder(folders_.take());
    report_.finish(f_.fat_at(fat));
    if (folders_.given_up()) {
      report_.unchecked("more files than pregap looks at, the rest is not checked");
    } else {
      count_lost();
    }
  }

 private:
  bool is_cluster(std::uint32_t n) const { return n >= 2 && n < f_.clusters + 2; }
  std::uint32_t bad_mark() const {
    return f_.bits == 12 ? 0xFF7 : f_.bits == 16 ? 0xFFF7 : 0x0FFFFFF7;
  }

  void read_root() {
    if (f_.bits == 32) {
      wait("", f_.root_cluster);
      return;
    }
    FatFolder folder(f_.bits);
    folder.read(view_.read(f_.root_at(), std::uint64_t{f_.root_entries} * 32),
                [&](const FatRecord& record) { take(record, ""); });
  }

  void read_folder(const ChainFolder& waiting) {
    FatFolder folder(f_.bits);
    for (const std::uint32_t cluster : waiting.clusters) {
      throw_if_stopped(view_, work_);
      const auto bytes = view_.read(f_.cluster_at(cluster), f_.cluster_bytes());
      if (!folder.read(bytes, [&](const FatRecord& record) { take(record, waiting.path); })) return;
      if (bytes.size() < f_.cluster_bytes()) return;  // cut: told by its size
    }
  }

  void take(const FatRecord& record, const std::string& folder) {
    if (!folders_.count()) return;
    const std::string path = path_in(folder, record.name);
    if (record.folder) {
      wait(path, record.first_cluster);
      return;
    }
    if (record.first_cluster == 0) {
      if (record.size > 0) report_.fault(path, fmt::format("{} bytes and no cluster", record.size));
      return;
    }
    const std::uint64_t before = report_.faults();
    const std::uint64_t clusters = follow(path, record.first_cluster).size();
    if (report_.faults() == before) {
      report_.compare(path, record.size, clusters, f_.cluster_bytes());
    }
  }

  void wait(const std::string& folder, std::uint32_t first_cluster) {
    folders_.put({folder, follow(folder, first_cluster)});
  }

  // The clusters of a chain, as far as they are its own.
  std::vector<std::uint32_t> follow(const std::string& path, std::uint32_t first) {
    std::vector<std::uint32_t> chain;
    if (!is_cluster(first)) {
      report_.fault(path, fmt::format("begins in cluster {}, the clusters are 2 to {}", first,
                                      f_.clusters + 1));
      return chain;
    }
    for (std::uint32_t at = first;;) {
      if (seen_[at]) {
        const bool own = std::ranges::find(chain, at) != chain.end();
        report_.fault(path, own ? fmt::format("its chain comes back to cluster {}", at)
                                : fmt::format("shares cluster {} with another file", at));
        return chain;
      }
      const std::uint32_t next = table_[at];
      if (next == 0 || next == bad_mark()) {
        report_.fault(path, fmt::format("its chain leads to cluster {}, which is marked as {}", at,
                                        next == 0 ? "free" : "bad"));
        return chain;
      }
      seen_[at] = true;
      chain.push_back(at);
      if (next > bad_mark()) return chain;
      if (!is_cluster(next)) {
        report_.fault(
            path, fmt::format("its chain leads from cluster {} to {}, the clusters are 2 to {}", at,
                              next, f_.clusters + 1));
        return chain;
      }
      at = next;
    }
  }

  // What a crash leaves: space, and no file is the worse for it.
  void count_lost() {
    std::uint64_t lost = 0, first = 0;
    for (std::size_t n = 2; n < table_.size(); ++n) {
      if (table_[n] == 0 || table_[n] == bad_mark() || seen_[n]) continue;
      if (lost++ == 0) first = n;
    }
    report_.lost(lost, first, f_.cluster_bytes());
  }

  const View& view_;
  const FatLayout& f_;
  const WorkOptions& work_;
  ChainReport report_;
  std::vector<std::uint32_t> table_;
  std::vector<bool> seen_;  // clusters that a chain has
  ChainFolders folders_;
};

}  // namespace

void check_fat_chains(const View& view, std::uint32_t fat, Contents& out, const WorkOptions& work) {
  const auto f = find_fat(view);
  if (!f) return;
  if (f->fat_bytes() > kLargestTable) {
    ChainReport(view, fmt::format("FAT{}", f->bits), "fat", out)
        .unchecked(fmt::format("a FAT of {} bytes, its chains are checked up to {}", f->fat_bytes(),
                               kLargestTable));
    return;
  }
  Chains chains(view, *f, work, out);
  if (chains.read_table(fat)) chains.check(fat);
}

}  // namespace pregap::volumes
