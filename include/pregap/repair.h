// Mending an image: faulty sectors from their own parity and their neighbours' addresses, codes
// built anew, and what was done taken back.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pregap/check.h"
#include "pregap/disc.h"
#include "pregap/open.h"
#include "pregap/verify.h"
#include "pregap/work.h"

namespace pregap {

// What became of a sector.
enum class Deed : std::uint8_t {
  corrected,    // it is sound now
  regenerated,  // EDC, parity or both were built anew over its data
  renumbered,   // its header has another address, and its codes agree with it
  left,         // it could be changed, or looks as if it should not be, and was left alone
  lost,         // nothing leads to what it was
  merged,       // it carries no check, and got what other dumps have
};
inline constexpr int kDeeds = 6;
std::string_view name_of(Deed deed) noexcept;

// Why a sector was left alone.
enum class Reason : std::uint8_t {
  none,
  not_chosen,           // by `only` and `skip`
  duplicate_addresses,  // the rules of docs/repair.md, what looks like copy protection
  common_sync,
  mode_flip,
  stored_twice,  // its bytes belong to another sector too
  encoded,       // it lies in a compressed file, or in one that is padded
  header,        // to regenerate: sync or header are wrong, which are not touched
  filled,        // to regenerate: one byte value in place of data
  dumps_differ,  // it carries no check, and the dumps are at odds: RepairReport::doubts has the
                 // places
};
inline constexpr int kReasons = 10;
std::string_view name_of(Reason reason) noexcept;  // "none", "not_chosen", ...

// What a changed sector rests on.
enum class Basis : std::uint8_t {
  parity,       // P and Q decoding, which the EDC confirms
  edc,          // data that the EDC proves; parity was built anew over them
  neighbours,   // sync, or a header from the neighbours' addresses
  c2,           // the decoding took the bytes that C2 pointers name for unknown
  fill,         // the decoding took runs of one byte value for unknown
  request,      // what the user said: codes or addresses anew
  dump,         // another dump has it sound
  dump_parity,  // another dump's own parity leads to it
  pieces,       // pieces of two dumps, which parity and EDC confirm
  differences,  // the decoding took the bytes on which the dumps differ for unknown
  only_dump,    // nothing checks it: one dump alone has it
  vote,         // what most dumps say
};
inline constexpr int kBases = 12;
std::string_view name_of(Basis basis) noexcept;
using BasisSet = FlagSet<Basis>;

// Neighbouring sectors with the same faults, deed, reason and basis.
struct RepairRange {
  Lba first;
  std::int32_t count = 0;
  FaultSet faults;  // as found
  Deed deed = Deed::lost;
  Reason reason = Reason::none;
  BasisSet basis;
  std::vector<int> provenance{};  // which other dumps gave bytes, from 1 on
};

// Bytes of one sector on which the dumps differ and nothing decides.
struct SectorDoubt {
  Lba lba;
  std::uint16_t offset = 0, size = 0;
};

// Sectors that come from the same dump on the same grounds, changed or not.
struct ProvenanceRange {
  Lba first;
  std::int32_t count = 0;
  int dump = 0;    // 0: the image; others from 1 on; -1: from several together
  BasisSet basis;  // empty: as the image has it
};

// How another dump lies against the image.
struct DumpPlace {
  std::filesystem::path path;
  std::int64_t offset_samples = 0;  // by how much its samples come later
  int tracks = 0;                   // of the image that were found in it
  std::vector<int> missing;         // numbers of those that were not
};

struct LbaRange {
  Lba first, last;  // both included
};

// Which codes are built anew in sectors where they disagree.
struct Regenerate {
  bool edc = false, ecc = false;
  bool form2_edc = false;  // also where a form 2 sector has none
  bool any() const { return edc || ecc || form2_edc; }
};

struct RepairOptions {
  WorkOptions work;
  OpenOptions open{};                // as the image was opened: to find the names in its descriptor
  bool force = false;                // replace existing outputs
  bool sync = false;                 // flush the output to the disk before it gets its name
  bool dry_run = false;              // change and write nothing
  bool all = false;                  // change what looks like copy protection too
  std::vector<LbaRange> only, skip;  // change these sectors only; but not these
  Regenerate regenerate{};
  bool addresses = false;             // give headers new addresses
  std::optional<Lba> first_address;   // of the first stored data sector; else as the layout says
  std::filesystem::path c2{};         // C2 pointers of the image's sectors, see docs/repair.md
  std::vector<const Disc*> others{};  // other dumps of the disc; they must outlive the work
};

// Whether an undo journal was there, and what it led to.
enum class JournalState : std::uint8_t {
  none,
  fresh,      // written by this repair
  completed,  // of an earlier repair that was cut short and was brought to its end now
  kept,       // of an earlier repair that is complete
};
std::string_view name_of(JournalState state) noexcept;

struct RepairReport {
  bool was_sound = false;  // nothing to do, and nothing was written
  bool written = false;    // an output, or the image in place
  std::vector<std::filesystem::path> outputs;
  std::uint64_t bytes = 0;                   // of all outputs
  std::int64_t sectors = 0;                  // looked at
  std::int64_t bad = 0;                      // with a fault, before
  std::int64_t changed = 0;                  // with other bytes than before
  std::int64_t remaining = 0;                // with a fault, after
  std::array<std::int64_t, kDeeds> deeds{};  // sectors
  std::array<std::int64_t, kReasons> reasons{};
  std::vector<RepairRange> ranges;
  std::int64_t ranges_left_out = 0;  // beyond kMostRepairRanges
  // With other dumps:
  std::vector<DumpPlace> dumps;
  std::vector<SectorDoubt> doubts;
  std::int64_t doubts_left_out = 0;         // beyond kMostRepairRanges
  std::vector<ProvenanceRange> provenance;  // of every stored sector, in order
  std::int64_t q_frames = 0;                // of the sub-channel that came from other dumps
  JournalState journal = JournalState::none;
  std::filesystem::path journal_path;
  std::vector<Problem> problems;

  // Everything that carries a check agrees now, and no part of the image is missing.
  bool sound() const;
  // No byte is another than before.
  bool unchanged() const { return changed == 0 && q_frames == 0; }
};
inline constexpr std::size_t kMostRepairRanges = 20'000;

// Writes the mended image to `out`, in the same format and the same layout of files; all else is
// byte for byte the same, but for the names in the descriptor that must change. An image that is
// sound is not written. Throws Error: usage (another format's ending), exists, refused (`out` is
// part of the image, a name that the descriptor can't hold, or a dump of another disc), unwritable,
// unreadable, stopped.
// After an error nothing is left behind. `disc` must outlive the report.
RepairReport repair(const Disc& disc, const std::filesystem::path& out,
                    const RepairOptions& options = {});

// Mends the image itself. Before its first byte changes, what is needed to undo and to complete it
// stands on the disk in IMAGE.pregap-undo (docs/formats/undo.md). Where such a journal is there
// already: an interrupted repair is brought to its end first; what then is still to change is
// refused with Error(exists), unless options.force, which gives the old journal up.
RepairReport repair_in_place(const std::filesystem::path& image, const RepairOptions& options = {});

struct UndoReport {
  std::vector<std::filesystem::path> files;  // that the journal speaks of
  std::int64_t changes = 0;                  // byte ranges in the journal
  std::int64_t restored = 0;                 // of these, ranges that had new bytes, or some of them
  std::uint64_t bytes = 0;                   // in the restored ranges
};

// Gives the image back the bytes that IMAGE.pregap-undo holds, reads them back and removes the
// journal. Nothing is written unless every range holds the old bytes, the new ones or, after a
// crash, part of each. Throws Error: not_found (no journal), malformed, refused (a file has changed
// otherwise since), unreadable, unwritable.
UndoReport undo_repair(const std::filesystem::path& image);

}  // namespace pregap
