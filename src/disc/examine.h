// What one stored sector says when read inside its track, before its neighbours are known.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "disc/doubts.h"
#include "pregap/check.h"
#include "pregap/disc.h"

namespace pregap {

// What a sector shows when it is taken for one kind.
struct Reading {
  FaultSet faults;
  NoteSet notes;
  // Its EDC and parity agree, or its own parity leads there, or it has none of them: what may be
  // left to mend are sync and header.
  bool content_repairable = false;
};

struct Finding {
  SectorKind kind = SectorKind::audio;
  bool certain = true;       // false: the neighbours decide, and readings[kind] then holds
  bool checked = true;       // false: stored as 2048 bytes, with nothing in it to check
  bool has_header = false;   // a stored one: neither audio nor 2336 nor 2048 bytes
  bool data_proven = false;  // the EDC of the sector, as stored or corrected, is good
  Reading reading;           // as `kind`, when certain
  std::optional<std::uint8_t> fill;
  std::optional<Lba> address;                    // what the header says, descrambled if need be
  std::optional<Lba> corrected_address;          // what it says after correction
  Correction correction;                         // how the content came right, where it was wrong
  Doubt doubt = Doubt::none;                     // what that rests on beside parity
  std::array<Reading, kSectorKinds> readings{};  // by kind, when not certain
};

// Examines `stored`. Where descrambling or correction changes bytes, and only there, the changed
// sector is put into `mended` and true is returned beside the finding.
struct Examination {
  Finding finding;
  bool mended = false;
};
Examination examine_sector(RawSector stored, const Track& track, Storage storage,
                           MutableRawSector mended);

// Neighbouring sectors that show the same, but for their addresses, which count up.
struct Piece {
  std::int32_t first = 0;  // counted from the first of all that are examined together
  std::int32_t count = 1;
  Finding finding;  // with the first one's addresses
};

// Adds to `pieces` what `sectors`, 2352 bytes each and the first of them number `first`, show if
// they are all sound or plain audio; it is what examine_sectors() says of them, up to where pieces
// end. False if there is anything else in them: some of it may have been added then.
bool add_plain_sectors(std::span<const std::uint8_t> sectors, std::int32_t first,
                       const Track& track, std::vector<Piece>& pieces);

// Examines `sectors`, 2352 bytes each, and puts what they show into `pieces`, in order. With
// `mend`, what examine_sector() changes is changed in place. `aid` may help; `first` is the first
// sector's address.
void examine_sectors(std::span<std::uint8_t> sectors, const Track& track, Storage storage,
                     bool mend, std::vector<Piece>& pieces, const Aid& aid = {}, Lba first = {});

}  // namespace pregap
