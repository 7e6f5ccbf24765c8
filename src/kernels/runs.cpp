// The plain twins of the run kernels: obvious, and what the vectorised ones are tested against.
#include "kernels/runs.h"

#include <algorithm>

#include "base/endian.h"
#include "kernels/edc.h"
#include "kernels/parity.h"
#include "kernels/run_tables.h"
#include "kernels/scrambler.h"

namespace pregap::kernels::scalar {
namespace {

bool is_bcd(std::uint8_t byte) { return (byte & 0x0F) <= 9 && (byte >> 4) <= 9; }
std::uint32_t from_bcd(std::uint8_t byte) { return (byte >> 4) * 10U + (byte & 0x0F); }

bool all_zero(std::span<const std::uint8_t> bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
}

bool codes_agree(std::span<const std::uint8_t, kSectorBytes> sector, PlainKind kind) {
  switch (kind) {
    case PlainKind::none:
      return false;
    case PlainKind::mode1:
      return scalar::codes_are_good(sector, Protection::mode1);
    case PlainKind::form1:
      return scalar::codes_are_good(sector, Protection::form1);
    case PlainKind::form2:
      return scalar::edc(sector.subspan(kForm2From, kForm2Size)) == load_le32(sector, kForm2EdcAt);
  }
  return false;
}

}  // namespace

SectorClass classify(std::span<const std::uint8_t, kSectorBytes> s) noexcept {
  SectorClass c;
  c.sync = std::ranges::equal(s.first(12), kSyncPattern);
  c.address = is_bcd(s[12]) && is_bcd(s[13]) && is_bcd(s[14]) && from_bcd(s[13]) < 60 &&
              from_bcd(s[14]) < 75;
  if (c.address) c.frames = (from_bcd(s[12]) * 60 + from_bcd(s[13])) * 75 + from_bcd(s[14]);
  c.mode = s[15];
  c.intermediate_zero = all_zero(s.subspan(2068, 8));
  c.subheaders_equal = std::ranges::equal(s.subspan(16, 4), s.subspan(20, 4));
  c.subheader_zero = all_zero(s.subspan(16, 4));
  c.form2 = (s[18] & 0x20) != 0;
  return c;
}

bool is_one_value(std::span<const std::uint8_t> bytes) noexcept {
  return std::ranges::all_of(bytes, [&](std::uint8_t b) { return b == bytes[0]; });
}

SoundRun sound_run(const SectorRun& run) noexcept {
  SoundRun found;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const SectorClass c = scalar::classify(run[i]);
    const PlainKind kind = c.plain_kind();
    if (kind == PlainKind::none) break;
    if (i == 0) {
      found.kind = kind;
      found.frames = c.frames;
    }
    if (kind != found.kind || !continues(found, i, c.frames)) break;
    if (!codes_agree(run[i], kind)) break;
    ++found.count;
  }
  return found.count == 0 ? SoundRun() : found;
}

std::size_t count_good_codes(const SectorRun& run, Protection protection) noexcept {
  std::size_t n = 0;
  while (n < run.size() && scalar::codes_are_good(run[n], protection)) ++n;
  return n;
}

void generate_codes(const MutableSectorRun& run, Protection protection) noexcept {
  const bool mode1 = protection == Protection::mode1;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const std::span<std::uint8_t, kSectorBytes> sector = run[i];
    const std::size_t from = mode1 ? 0 : 16, at = mode1 ? 2064 : 2072;
    store_le32(sector, at, scalar::edc(sector.subspan(from, at - from)));
    scalar::generate_parity(sector.subspan<12, kParityRegion>(),
                            mode1 ? HeaderBytes::as_stored : HeaderBytes::as_zero);
  }
}

void scramble(const MutableSectorRun& run) noexcept {
  for (std::size_t i = 0; i < run.size(); ++i) {
    scalar::scramble(run[i].subspan<12, kScrambledBytes>());
  }
}

}  // namespace pregap::kernels::scalar
