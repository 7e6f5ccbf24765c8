#include "volumes/chain_report.h"

#include <fmt/format.h>

#include "base/text.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kMostTold = 20;

std::string clusters_text(std::uint64_t n) { return counted(static_cast<long long>(n), "cluster"); }

}  // namespace

void ChainReport::fault(const std::string& path, const std::string& message) {
  if (faults_++ < kMostTold) {
    findings_.fault(prefix_ + ".chain", fmt::format("/{}: {}", printable(path), message));
  }
}

void ChainReport::compare(const std::string& path, std::uint64_t size, std::uint64_t clusters,
                          std::uint64_t cluster_bytes) {
  const std::uint64_t wanted = size / cluster_bytes + (size % cluster_bytes != 0 ? 1 : 0);
  if (clusters == wanted) return;
  const std::string message =
      fmt::format("{} bytes in a chain of {}, expected {}", size, clusters_text(clusters), wanted);
  if (clusters < wanted) {
    fault(path, message);
  } else if (long_++ < kMostTold) {
    findings_.warning(prefix_ + ".chain_long", fmt::format("/{}: {}", printable(path), message));
  }
}

void ChainReport::lost(std::uint64_t clusters, std::uint64_t first, std::uint64_t cluster_bytes) {
  if (clusters == 0) return;
  findings_.note(
      prefix_ + ".lost_clusters",
      fmt::format("{} ({} bytes, the first is {}) marked as used, which no file has",
                  clusters_text(clusters),
                  with_thousands(static_cast<long long>(clusters * cluster_bytes)), first));
}

void ChainReport::unchecked(const std::string& message) {
  findings_.note(prefix_ + ".chains_unchecked", message);
}

void ChainReport::finish(std::uint64_t at) {
  findings_.check(prefix_ + ".chains", at, faults_ == 0,
                  fmt::format("the chains of {} contradict themselves or the folders",
                              counted(static_cast<long long>(faults_), "file")));
  if (faults_ > kMostTold) {
    findings_.fault(prefix_ + ".chain",
                    fmt::format("{} more files like these", faults_ - kMostTold));
  }
  if (long_ > kMostTold) {
    findings_.warning(prefix_ + ".chain_long",
                      fmt::format("{} more files like these", long_ - kMostTold));
  }
}

}  // namespace pregap::volumes
