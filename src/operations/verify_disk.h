// Every check that a disk image allows: of what it is packed in, of its tables and file systems.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operations/look.h"
#include "pregap/verify.h"

namespace pregap::operations {

struct PartitionHashes {
  std::string address;
  std::uint64_t bytes = 0;  // that are there
  Hashes hashes;
};

struct DiskReport {
  Verdict verdict = Verdict::unchecked;
  std::vector<volumes::Check> checks;  // the containers' first: "container.gzip"
  std::vector<Problem> problems;
  Hashes hashes;  // of the content, if they were asked for
  std::vector<PartitionHashes> partitions;
};

// Throws Error(unreadable), Error(stopped), Error(usage) for an unknown hash.
DiskReport verify_disk(const Look& look, const VerifyOptions& options);

// Whether what the image is packed in can check itself: then unknown content is worth it.
bool has_container_checks(const Image& image);

// The containers' own checks, innermost last; problems are added.
std::vector<volumes::Check> verify_containers(const std::vector<Container>& containers,
                                              const WorkOptions& work,
                                              std::vector<Problem>& problems);

}  // namespace pregap::operations
