// Digests of files and tracks from the bytes that a pass reads anyway.
#pragma once

#include <memory>
#include <vector>

#include "base/digest.h"
#include "disc/pass.h"
#include "pregap/verify.h"

namespace pregap::operations {

// Throws Error(usage) for a name that isn't known; the same name twice counts once.
std::vector<DigestKind> parse_hashes(const std::vector<std::string>& names);

// One algorithm over the whole files and, where a track is not just a file, over the tracks. Each
// is a taker of its own, so that they run side by side.
class Hashing {
 public:
  Hashing(const Disc& disc, const std::vector<DigestKind>& kinds);
  ~Hashing();

  std::vector<ByteTaker> takers();

  // After the pass: reads what lies in files outside of any track, and fills the report in.
  void finish(VerifyReport& report);

 private:
  class OfFiles;
  class OfTracks;
  const Disc& disc_;
  std::vector<std::unique_ptr<OfFiles>> files_;
  std::vector<std::unique_ptr<OfTracks>> tracks_;
};

}  // namespace pregap::operations
