// Runs of sectors, for one of Highway's targets: included once for each, behind edc-inl.h and
// parity-inl.h.
#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "kernels/run_tables.h"
#include "kernels/runs.h"
#include "kernels/scrambler_table.h"

HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE std::uint32_t Load32(const std::uint8_t* at) {
  std::uint32_t v;
  std::memcpy(&v, at, sizeof(v));
  return v;
}
HWY_INLINE std::uint64_t Load64(const std::uint8_t* at) {
  std::uint64_t v;
  std::memcpy(&v, at, sizeof(v));
  return v;
}

// Three bytes at once: a nibble above 9 carries into its fifth bit when 6 is added.
HWY_INLINE bool IsBcd(std::uint32_t three) {
  const std::uint32_t low = (three & 0x0F0F0FU) + 0x060606U;
  const std::uint32_t high = ((three >> 4) & 0x0F0F0FU) + 0x060606U;
  return ((low | high) & 0x101010U) == 0;
}

HWY_INLINE std::uint32_t FromBcd(std::uint8_t byte) { return byte - 6U * (byte >> 4); }

HWY_INLINE SectorClass ClassOf(const std::uint8_t* s) {
  static_assert(std::endian::native == std::endian::little);
  SectorClass c;
  c.sync = Load64(s) == 0xFFFFFFFFFFFFFF00U && Load32(s + 8) == 0x00FFFFFFU;
  const std::uint32_t header = Load32(s + 12);
  c.address = IsBcd(header & 0xFFFFFFU) && s[13] < 0x60 && s[14] < 0x75;
  if (c.address) c.frames = (FromBcd(s[12]) * 60 + FromBcd(s[13])) * 75 + FromBcd(s[14]);
  c.mode = s[15];
  c.intermediate_zero = Load64(s + 2068) == 0;
  c.subheaders_equal = Load32(s + 16) == Load32(s + 20);
  c.subheader_zero = Load32(s + 16) == 0;
  c.form2 = (s[18] & 0x20) != 0;
  return c;
}

// Sectors of data differ in their first bytes already.
HWY_INLINE bool OneValue(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return true;
  constexpr std::size_t kStep = N;
  const V first = hn::Set(D(), data[0]);
  if (size < kStep) {
    for (std::size_t i = 1; i < size; ++i) {
      if (data[i] != data[0]) return false;
    }
    return true;
  }
  for (std::size_t at = 0; at + kStep <= size; at += kStep) {
    if (!hn::AllTrue(D(), hn::Eq(hn::LoadU(D(), data + at), first))) return false;
  }
  return hn::AllTrue(D(), hn::Eq(hn::LoadU(D(), data + size - kStep), first));
}

HWY_INLINE bool CodesAgree(const std::uint8_t* sector, PlainKind kind) {
  switch (kind) {
    case PlainKind::none:
      return false;
    case PlainKind::mode1:
      return CodesAreGood(sector, Protection::mode1);
    case PlainKind::form1:
      return CodesAreGood(sector, Protection::form1);
    case PlainKind::form2:
      return EdcOf(sector + kForm2From, kForm2Size) == Load32(sector + kForm2EdcAt);
  }
  return false;
}

HWY_INLINE SoundRun SoundRunOf(const SectorRun& run) {
  SoundRun found;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const std::uint8_t* sector = run[i].data();
    const SectorClass c = ClassOf(sector);
    const PlainKind kind = c.plain_kind();
    if (i == 0) {
      found.kind = kind;
      found.frames = c.frames;
    }
    if (kind == PlainKind::none || kind != found.kind || !continues(found, i, c.frames)) break;
    if (!CodesAgree(sector, kind)) break;
    ++found.count;
  }
  return found.count == 0 ? SoundRun() : found;
}

HWY_INLINE std::size_t CountGood(const SectorRun& run, Protection protection) {
  std::size_t n = 0;
  while (n < run.size() && CodesAreGood(run[n].data(), protection)) ++n;
  return n;
}

HWY_INLINE void GenerateCodesOf(const MutableSectorRun& run, Protection protection) {
  const bool mode1 = protection == Protection::mode1;
  for (std::size_t i = 0; i < run.size(); ++i) {
    std::uint8_t* sector = run[i].data();
    const std::size_t from = mode1 ? 0 : 16, at = mode1 ? 2064 : 2072;
    const std::uint32_t edc = EdcOf(sector + from, at - from);
    std::memcpy(sector + at, &edc, sizeof(edc));
    GenerateParity(MutableParityRegion(sector + 12, kParityRegion),
                   mode1 ? HeaderBytes::as_stored : HeaderBytes::as_zero);
  }
}

HWY_INLINE void ScrambleRegion(std::uint8_t* region) {
  std::size_t at = 0;
  for (; at + N <= kScrambledBytes; at += N) {
    const V sequence = hn::LoadU(D(), kScramblerSequence.data() + at);
    hn::StoreU(hn::Xor(hn::LoadU(D(), region + at), sequence), D(), region + at);
  }
  for (; at < kScrambledBytes; ++at) region[at] ^= kScramblerSequence[at];
}

HWY_INLINE void ScrambleRun(const MutableSectorRun& run) {
  for (std::size_t i = 0; i < run.size(); ++i) ScrambleRegion(run[i].data() + 12);
}

}  // namespace pregap::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
