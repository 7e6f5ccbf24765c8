// What is told of the chains of a volume's clusters: each file with a fault, as long as there are
// few.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "volumes/findings.h"

namespace pregap::volumes {

class ChainReport {
 public:
  // Codes begin with `prefix`: "fat.chain".
  ChainReport(const View& view, std::string_view what, std::string prefix, Contents& out)
      : findings_(view, what, out), prefix_(std::move(prefix)) {}

  void fault(const std::string& path, const std::string& message);
  // Whether a chain is as long as its file; a longer one only wastes room.
  void compare(const std::string& path, std::uint64_t size, std::uint64_t clusters,
               std::uint64_t cluster_bytes);
  // Clusters in use that no file has: what a crash leaves; no file is the worse for it.
  void lost(std::uint64_t clusters, std::uint64_t first, std::uint64_t cluster_bytes);
  void unchecked(const std::string& message);
  // The check itself, of what lies at byte `at` of the view, and what was not told one by one.
  void finish(std::uint64_t at);

  std::uint64_t faults() const { return faults_; }

 private:
  Findings findings_;
  std::string prefix_;
  std::uint64_t faults_ = 0, long_ = 0;
};

}  // namespace pregap::volumes
