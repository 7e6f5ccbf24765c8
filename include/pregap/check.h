// Judging one sector: every field that can be checked, what counts as a fault and what as a mere
// note, and the correction from the sector's own P and Q parity.
#pragma once

#include <bitset>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "pregap/sector.h"

namespace pregap {

// Damage. The names are those of JSON.
enum class Fault : std::uint8_t { sync, address, mode, edc, p_parity, q_parity, subchannel_q };
inline constexpr int kFaults = 7;
std::string_view name_of(Fault fault) noexcept;

// Unusual, but not damage.
enum class Note : std::uint8_t {
  form2_edc_absent,  // form 2 with an EDC of zero: optional in XA
  noncompliant_ecc,  // form 1 whose parity covers the real header instead of zeros
  intermediate,      // mode 1 whose bytes 2068-2075 are not all zero
  subheader_copies,  // the two copies of the sub-header differ
  mode_flip,         // sound, but the mode byte says otherwise, or differs from the track's
  scrambled,         // stored scrambled (ECMA-130 annex B); checked after descrambling
  block_indicator,   // bits 7-5 of the mode byte are set (CD-R run-in, link, run-out blocks)
  address_jump,      // the addresses of this and the following sectors leave the sequence here
  address_start,     // the addresses do not start where the sheet says
  data_in_audio,     // an audio track's sector with a sync that checks as no data sector
  all_zero,          // mode 2, zeros from the sub-header on: they agree with every code
};
inline constexpr int kNotes = 11;
std::string_view name_of(Note note) noexcept;

template <typename Flag>
class FlagSet {
 public:
  constexpr FlagSet() = default;
  constexpr FlagSet(std::initializer_list<Flag> flags) {
    for (Flag f : flags) add(f);
  }
  constexpr void add(Flag f) { bits_ |= bit(f); }
  constexpr void remove(Flag f) { bits_ &= static_cast<std::uint16_t>(~bit(f)); }
  constexpr bool has(Flag f) const { return (bits_ & bit(f)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr FlagSet operator|(FlagSet other) const {
    FlagSet result;
    result.bits_ = static_cast<std::uint16_t>(bits_ | other.bits_);
    return result;
  }
  constexpr bool operator==(const FlagSet&) const = default;

 private:
  static constexpr std::uint16_t bit(Flag f) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(f));
  }
  std::uint16_t bits_ = 0;
};
using FaultSet = FlagSet<Fault>;
using NoteSet = FlagSet<Note>;

enum class EdcState : std::uint8_t { none, good, bad, absent };  // none: the kind has no EDC

// What every field says when the sector is read as one given kind.
struct SectorCheck {
  SectorKind kind = SectorKind::audio;
  bool sync_good = false;
  std::optional<Msf> address;          // nothing: not BCD, or out of range
  std::uint8_t mode_byte = 0;          // as stored
  bool mode_good = false;              // bits 4-0 are the kind's mode
  std::uint8_t block_indicator = 0;    // bits 7-5 of the mode byte
  bool intermediate_zero = true;       // mode 1 only
  bool subheader_copies_equal = true;  // XA only
  bool body_zero = false;              // mode 0 only: its 2336 bytes are all zero, as they must
  EdcState edc = EdcState::none;
  std::uint32_t edc_stored = 0, edc_computed = 0;
  std::bitset<kPWords> p_bad;  // word n: bytes 12 + n + 86 * row
  std::bitset<kQWords> q_bad;
  bool parity_over_header = false;  // form 1 only: P and Q agree with the real header instead

  bool parity_good() const { return p_bad.none() && q_bad.none(); }

  // EDC (or its permitted absence), parity and, for mode 0, the zeros agree. Sync, address and
  // mode byte are not part of it.
  bool content_sound() const;

  // Without the comparison to neighbours: an address fault here is one that is not BCD.
  // A mode byte other than the kind's is the note mode_flip where a good EDC and good parity cover
  // it (mode 1), or where they vouch for all else and it is another valid mode (form 1, and form 2
  // with a good EDC); else it is a fault. So is a mode 0 sector whose body is not zero.
  FaultSet faults() const;
  NoteSet notes() const;  // none for audio
};

// Reads the sector as `kind`. For form 1, parity that fails over the zeroed header but agrees over
// the real one is no fault: parity_over_header is set and p_bad, q_bad stay empty.
SectorCheck check_sector(RawSector sector, SectorKind kind) noexcept;

// The kind that the sector's own bytes speak for.
struct SectorIdentity {
  SectorKind kind = SectorKind::audio;
  bool proven = false;  // sync, address and mode byte are right, EDC and parity agree where there
                        // are any; never true of mode 2 without form
  SectorCheck check;    // as `kind`
};

// Sync and mode byte first; in mode 2, the form whose EDC agrees, then the first sub-header copy's
// form bit; mode 2 without form where the copies differ and no EDC agrees (but form 2 where both
// copies say so and its EDC is absent). A mode byte beyond 2: the kind whose EDC agrees, else
// mode 1, unproven. Audio without sync.
SectorIdentity identify_sector(RawSector sector) noexcept;

// One byte that correction changed.
struct ByteChange {
  std::uint16_t offset = 0;
  std::uint8_t from = 0, to = 0;
};

struct Correction {
  bool sound = false;           // `sector` now agrees in sync, header, EDC and every parity word
  bool from_parity = false;     // P/Q decoding changed bytes
  bool parity_rebuilt = false;  // EDC proved the data; P and Q were computed anew
  bool sync_rebuilt = false;    // the sync pattern was put back
  bool header_rebuilt = false;  // the header comes from the given address, not from parity
  bool from_erasures = false;   // the P/Q decoding rests on the places given
  std::uint8_t edc_bits_spent = 0;  // of the EDC's 32, where parity alone left bytes open; the
                                    // others are what vouches for the result beside parity
};

// What is known beside the sector.
struct CorrectionHints {
  std::optional<Lba> address;  // from the neighbours: for headers that no parity covers
  // Bytes that may be wrong, all others being right as far as is known: fills, C2 pointers, places
  // where dumps differ. What is stored there counts for nothing.
  std::bitset<kSectorSize> erasures;
};

// Corrects `sector` in place as `kind`. P and Q words are decoded in turn, then by a bounded
// search; docs/repair.md describes both. Any four wounded bytes that parity covers come back; any
// eight if `erasures` names them, and mostly up to 200, since all are solved for at once, a few
// unnamed ones with them; what then fails is tried again as if nothing were named. Accepted only if
// EDC and every parity word agree and the header is right; otherwise `sector` is left untouched and
// `sound` is false. A wrong sector is accepted at odds below 1e-9. `address`, if known from the
// neighbours, serves for headers that no parity covers (form 1, form 2, mode 2, mode 0); without
// it, one of those that `erasures` names is not accepted. A sector that is all one byte value is
// never corrected: there is nothing in it to rest on; nor is one without a good EDC whose sync and
// header are both wrong. Where EDC proves the data but parity is beyond decoding, parity is built
// anew, unless a byte of mode 1's intermediate field is in doubt; what a good EDC covers is
// changed only where parity shows a few wounded bytes there. Zeros from byte 16 on agree with every
// code, so that nothing is corrected to them.
Correction correct_sector(SectorKind kind, const CorrectionHints& hints,
                          MutableRawSector sector) noexcept;
Correction correct_sector(SectorKind kind, std::optional<Lba> address,
                          MutableRawSector sector) noexcept;

// The byte value when the whole sector, all that follows the header, or its user data is one
// constant byte: what programs write in place of a sector that could not be read.
std::optional<std::uint8_t> fill_byte(RawSector sector, SectorKind kind) noexcept;

}  // namespace pregap
