// One sector from several dumps of a disc.
//
// Where a sector carries checks, they decide: a dump in which it is sound wins, then one whose own
// parity leads to a sound sector, then what parity and EDC make of the dumps together: pieces of
// them, and bytes on which they differ as erasures. Where it carries none (audio, form 2 without
// EDC), the dumps vote, sample by sample.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "operations/align.h"
#include "pregap/check.h"

namespace pregap::operations {

// What a merged sector rests on.
enum class MergeBasis : std::uint8_t {
  none,         // nothing helped, or nothing was to be done
  dump,         // it is sound in another dump
  dump_parity,  // another dump's own parity leads to a sound sector
  pieces,       // sound when put together from pieces of two dumps
  differences,  // parity and EDC, with the bytes on which the dumps differ as erasures
  only_dump,    // without checks: the only dump that has it; the others don't, or filled it
  vote,         // without checks: what most dumps say
};
std::string_view name_of(MergeBasis basis) noexcept;  // "none", "dump", "dump_parity", ...

// Bytes of a sector on which the dumps differ and nothing decides.
struct DumpDoubt {
  std::uint16_t offset = 0, size = 0;
  bool operator==(const DumpDoubt&) const = default;
};

struct Merged {
  MergeBasis basis = MergeBasis::none;
  std::size_t dump = 0;  // with dump, dump_parity, only_dump: which one; 0 is the first
  bool changed = false;  // `sector` is not what it was
  bool sound = false;    // it agrees with all its checks
  std::vector<DumpDoubt> doubts;
};

class Merger {
 public:
  // The dumps must outlive it. Throws what align() throws.
  Merger(const Disc& base, std::vector<const Disc*> others);

  // Of each other dump.
  const std::vector<DumpAlignment>& alignments() const { return alignments_; }

  // A data sector that fails, and is taken for `kind`. `sector` is the first dump's, descrambled,
  // and becomes the merged one, which has `address` in its header; it stays as it is unless the
  // result is sound.
  Merged merge_faulty(const Track& track, Lba lba, SectorKind kind, Lba address,
                      MutableRawSector sector) const;

  // A sector without checks, by majority of the dumps that have it; a dump that has it as one value
  // throughout counts only if all have. Two that differ leave the first one's bytes, as doubts.
  Merged merge_unchecked(const Track& track, Lba lba, MutableRawSector sector) const;

  // Q frames by their CRC: replaces one that is bad by the first good one of another dump at the
  // same place. Returns that dump's number; nothing if `q` is good or none helps.
  std::optional<std::size_t> merge_q(Lba lba, std::span<std::uint8_t, 12> q) const;

 private:
  struct Version {
    std::size_t dump = 0;
    DumpWindow window;
  };
  std::vector<Version> versions(const Track& track, Lba lba) const;
  std::vector<Version> versions_of_data(const Track& track, Lba lba, Lba address) const;
  std::optional<Version> version_with_address(std::size_t dump, StreamPosition at,
                                              Lba address) const;

  const Disc& base_;
  std::vector<const Disc*> others_;
  std::vector<DumpAlignment> alignments_;
};

}  // namespace pregap::operations
