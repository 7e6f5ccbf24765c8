#include "pregap/sector.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/endian.h"
#include "kernels/edc.h"
#include "kernels/parity.h"
#include "kernels/scrambler.h"
#include "pregap/error.h"
#include "sector/region.h"

namespace pregap {
namespace {

constexpr FieldRange kNoField{};
constexpr FieldRange kSyncField{0, 12};
constexpr FieldRange kHeaderField{12, 4};
constexpr FieldRange kSubheaderField{16, 8};
constexpr FieldRange kPParityField{2076, 172};
constexpr FieldRange kQParityField{2248, 104};

constexpr SectorLayout kPlainLayout{
    .sync = kSyncField,
    .header = kHeaderField,
    .subheader = kNoField,
    .user_data = {16, 2336},
    .edc = kNoField,
    .intermediate = kNoField,
    .p_parity = kNoField,
    .q_parity = kNoField,
    .edc_covers = kNoField,
    .header_in_parity = false,
};
constexpr SectorLayout kMode1Layout{
    .sync = kSyncField,
    .header = kHeaderField,
    .subheader = kNoField,
    .user_data = {16, 2048},
    .edc = {2064, 4},
    .intermediate = {2068, 8},
    .p_parity = kPParityField,
    .q_parity = kQParityField,
    .edc_covers = {0, 2064},
    .header_in_parity = true,
};
constexpr SectorLayout kForm1Layout{
    .sync = kSyncField,
    .header = kHeaderField,
    .subheader = kSubheaderField,
    .user_data = {24, 2048},
    .edc = {2072, 4},
    .intermediate = kNoField,
    .p_parity = kPParityField,
    .q_parity = kQParityField,
    .edc_covers = {16, 2056},
    .header_in_parity = false,
};
constexpr SectorLayout kForm2Layout{
    .sync = kSyncField,
    .header = kHeaderField,
    .subheader = kSubheaderField,
    .user_data = {24, 2324},
    .edc = {2348, 4},
    .intermediate = kNoField,
    .p_parity = kNoField,
    .q_parity = kNoField,
    .edc_covers = {16, 2332},
    .header_in_parity = false,
};
constexpr SectorLayout kAudioLayout{
    .sync = kNoField,
    .header = kNoField,
    .subheader = kNoField,
    .user_data = {0, 2352},
    .edc = kNoField,
    .intermediate = kNoField,
    .p_parity = kNoField,
    .q_parity = kNoField,
    .edc_covers = kNoField,
    .header_in_parity = false,
};

}  // namespace

std::string_view name_of(SectorKind kind) noexcept {
  constexpr std::array<std::string_view, kSectorKinds> names = {
      "mode0", "mode1", "mode2", "mode2_form1", "mode2_form2", "audio"};
  return names[static_cast<std::size_t>(kind)];
}

std::optional<std::uint8_t> mode_byte_of(SectorKind kind) noexcept {
  switch (kind) {
    case SectorKind::mode0:
      return std::uint8_t{0};
    case SectorKind::mode1:
      return std::uint8_t{1};
    case SectorKind::mode2:
    case SectorKind::mode2_form1:
    case SectorKind::mode2_form2:
      return std::uint8_t{2};
    case SectorKind::audio:
      break;
  }
  return std::nullopt;
}

const SectorLayout& layout_of(SectorKind kind) noexcept {
  switch (kind) {
    case SectorKind::mode0:
    case SectorKind::mode2:
      return kPlainLayout;
    case SectorKind::mode1:
      return kMode1Layout;
    case SectorKind::mode2_form1:
      return kForm1Layout;
    case SectorKind::mode2_form2:
      return kForm2Layout;
    case SectorKind::audio:
      break;
  }
  return kAudioLayout;
}

Subheader subheader_of(RawSector sector, int copy) noexcept {
  const std::uint8_t* b = sector.data() + kSubheaderOffset + 4 * copy;
  return {b[0], b[1], b[2], b[3]};
}

bool has_sync(RawSector sector) noexcept {
  return std::equal(kSync.begin(), kSync.end(), sector.begin());
}

bool write_sync_and_header(SectorKind kind, Lba address, MutableRawSector sector) noexcept {
  const std::optional<Msf> msf = to_msf(address);
  const std::optional<std::uint8_t> mode = mode_byte_of(kind);
  if (!msf || !mode) return false;
  std::ranges::copy(kSync, sector.begin());
  std::ranges::copy(to_bcd(*msf), sector.begin() + kHeaderOffset);
  sector[kModeOffset] = *mode;
  return true;
}

void rebuild_parity(SectorKind kind, MutableRawSector sector) noexcept {
  if (layout_of(kind).p_parity.size == 0) return;
  kernels::generate_parity(parity_region(sector), header_bytes_of(kind));
}

void rebuild_edc_and_parity(SectorKind kind, MutableRawSector sector) noexcept {
  const SectorLayout& layout = layout_of(kind);
  if (layout.edc.size == 0) return;
  store_le32(sector, layout.edc.offset, kernels::edc(field(sector, layout.edc_covers)));
  rebuild_parity(kind, sector);
}

void build_sector(SectorKind kind, Lba address, std::span<const std::uint8_t> user_data,
                  MutableRawSector out, Subheader subheader) {
  const SectorLayout& layout = layout_of(kind);
  if (user_data.size() != layout.user_data.size) {
    throw Error(ErrorCode::usage, fmt::format("LBA {}", address.value),
                fmt::format("{} bytes of user data, expected {} for {}", user_data.size(),
                            layout.user_data.size, name_of(kind)));
  }
  if (kind != SectorKind::audio) {
    std::ranges::fill(out, std::uint8_t{0});
    if (!write_sync_and_header(kind, address, out)) {
      throw Error(ErrorCode::usage, fmt::format("LBA {}", address.value),
                  fmt::format("an address that no header can hold, expected {} to {}",
                              kLowestLba.value, kHighestLba.value));
    }
  }
  std::ranges::copy(user_data, field(out, layout.user_data).begin());
  if (layout.subheader.size != 0) {
    for (std::size_t at : {kSubheaderOffset, kSubheaderOffset + 4}) {
      out[at] = subheader.file_number;
      out[at + 1] = subheader.channel_number;
      out[at + 2] = subheader.submode;
      out[at + 3] = subheader.coding_information;
    }
  }
  rebuild_edc_and_parity(kind, out);
}

void scramble(MutableRawSector sector) noexcept {
  kernels::scramble(sector.subspan<kHeaderOffset, kernels::kScrambledBytes>());
}

}  // namespace pregap
