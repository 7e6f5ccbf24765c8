// The sector of 2352 bytes: its kinds, where the fields of each kind lie, building it from user
// data, and scrambling. ECMA-130 clause 14 and annexes A, B; form 1 and 2 after CD-ROM XA.
//
//            mode 0    mode 1    mode 2     form 1    form 2
//   sync        0-11      0-11      0-11       0-11      0-11   00 FF*10 00
//   header     12-15     12-15     12-15      12-15     12-15   MIN SEC FRAME (BCD), MODE
//   sub-header    -         -         -       16-23     16-23   4 bytes, twice
//   user data  16-2351   16-2063   16-2351    24-2071   24-2347
//   EDC           -    2064-2067      -     2072-2075  2348-2351
//   interm.       -    2068-2075      -          -         -    zeros
//   P parity      -    2076-2247      -     2076-2247      -    86 words of 24+2
//   Q parity      -    2248-2351      -     2248-2351      -    52 words of 43+2
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "pregap/address.h"

namespace pregap {

inline constexpr std::size_t kSectorSize = 2352;
inline constexpr std::size_t kSyncSize = 12;
inline constexpr std::size_t kHeaderOffset = 12;
inline constexpr std::size_t kModeOffset = 15;
inline constexpr std::size_t kSubheaderOffset = 16;
inline constexpr std::size_t kUserDataSize = 2048;       // mode 1 and form 1
inline constexpr std::size_t kForm2UserDataSize = 2324;  // form 2
inline constexpr std::size_t kSubchannelSize = 96;       // P-W of one sector
inline constexpr std::size_t kMode2UserDataSize = 2336;  // mode 2 without form, and mode 0
inline constexpr int kPWords = 86;
inline constexpr int kQWords = 52;

using RawSector = std::span<const std::uint8_t, kSectorSize>;
using MutableRawSector = std::span<std::uint8_t, kSectorSize>;

enum class SectorKind : std::uint8_t { mode0, mode1, mode2, mode2_form1, mode2_form2, audio };
inline constexpr int kSectorKinds = 6;

// "mode0", "mode1", "mode2", "mode2_form1", "mode2_form2", "audio": as they stand in JSON.
std::string_view name_of(SectorKind kind) noexcept;

// The mode byte that a kind's header carries: 0, 1 or 2; nothing for audio.
std::optional<std::uint8_t> mode_byte_of(SectorKind kind) noexcept;

inline constexpr std::array<std::uint8_t, kSyncSize> kSync = {0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                              0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00};

// Offset and size of a field within the sector; size 0 where the kind has no such field.
struct FieldRange {
  std::uint16_t offset = 0, size = 0;
  constexpr bool operator==(const FieldRange&) const = default;
};

struct SectorLayout {
  FieldRange sync, header, subheader, user_data, edc, intermediate, p_parity, q_parity;
  FieldRange edc_covers;  // what the EDC is computed over
  bool header_in_parity;  // mode 1: yes; form 1: parity is computed over four zero bytes instead
};

const SectorLayout& layout_of(SectorKind kind) noexcept;

inline std::span<const std::uint8_t> field(RawSector sector, FieldRange range) noexcept {
  return sector.subspan(range.offset, range.size);
}
inline std::span<std::uint8_t> field(MutableRawSector sector, FieldRange range) noexcept {
  return sector.subspan(range.offset, range.size);
}

// The sub-header's four bytes; they stand twice, at 16 and at 20.
struct Subheader {
  std::uint8_t file_number = 0, channel_number = 0, submode = 0, coding_information = 0;
  constexpr bool operator==(const Subheader&) const = default;
};
inline constexpr std::uint8_t kSubmodeEndOfRecord = 0x01;
inline constexpr std::uint8_t kSubmodeVideo = 0x02;
inline constexpr std::uint8_t kSubmodeAudio = 0x04;
inline constexpr std::uint8_t kSubmodeData = 0x08;
inline constexpr std::uint8_t kSubmodeTrigger = 0x10;
inline constexpr std::uint8_t kSubmodeForm2 = 0x20;
inline constexpr std::uint8_t kSubmodeRealTime = 0x40;
inline constexpr std::uint8_t kSubmodeEndOfFile = 0x80;

// `copy` is 0 or 1.
Subheader subheader_of(RawSector sector, int copy) noexcept;

bool has_sync(RawSector sector) noexcept;

// Writes a whole sector: sync, header, sub-header (XA only), user data, then EDC, then P over it,
// then Q over both. `user_data` must have exactly layout_of(kind).user_data.size bytes; throws
// Error(usage) otherwise, and for an address that no header can hold. Audio is copied as it is.
void build_sector(SectorKind kind, Lba address, std::span<const std::uint8_t> user_data,
                  MutableRawSector out, Subheader subheader = {});

// Computes EDC, P and Q anew over what else is in the sector; no other byte changes. The kinds
// without them are left as they are.
void rebuild_edc_and_parity(SectorKind kind, MutableRawSector sector) noexcept;

// P and Q alone, over the EDC as it stands.
void rebuild_parity(SectorKind kind, MutableRawSector sector) noexcept;

// Writes sync and a header with the address and the kind's mode byte; nothing else changes.
// Returns false, and changes nothing, when the address can't be held by a header.
bool write_sync_and_header(SectorKind kind, Lba address, MutableRawSector sector) noexcept;

// XORs bytes 12-2351 with the sequence of ECMA-130 annex B. The same call scrambles and
// descrambles.
void scramble(MutableRawSector sector) noexcept;

}  // namespace pregap
