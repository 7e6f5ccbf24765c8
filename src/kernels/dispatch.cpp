// The kernels' vectorised code for every target that the compiler can build, and the choice among
// them at run time. Highway includes this file again for each target.
#include "base/endian.h"
#include "kernels/codes.h"
#include "kernels/edc.h"
#include "kernels/parity.h"
#include "kernels/targets.h"

#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dispatch.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// Targets without a carry-less multiplication of their own emulate it, slower than tables are; and
// vectors of unknown size do not fit the rows. They have the scalar code.
#undef PREGAP_VECTORISED
#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SSSE3 && \
    !HWY_HAVE_SCALABLE
#define PREGAP_VECTORISED 1
#include "kernels/edc-inl.h"
#include "kernels/parity-inl.h"
#else
#define PREGAP_VECTORISED 0
#endif

HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

#if PREGAP_VECTORISED

std::uint32_t Edc(const std::uint8_t* data, std::size_t size) { return EdcOf(data, size); }

bool IsGood(ParityRegion region, HeaderBytes header) { return ParityIsGood(region.data(), header); }
void ComputeAll(ParityRegion region, HeaderBytes header, Syndromes& out) {
  ComputeSyndromes(region, header, out);
}
void Generate(MutableParityRegion region, HeaderBytes header) { GenerateParity(region, header); }

// The multiplications of the EDC and the additions of parity use different parts of a processor:
// they go along together.
bool CodesAreGood(const std::uint8_t* sector, Protection protection) {
  constexpr std::size_t kVectors = N == 32 ? (kWide == 1 ? 5 : 1) : 2;
  const bool mode1 = protection == Protection::mode1;
  EdcSum edc(mode1 ? sector : sector + 16, mode1 ? 2064 : 2056);
  const bool parity =
      ParityIsGood(sector + 12, mode1 ? HeaderBytes::as_stored : HeaderBytes::as_zero,
                   [&]() HWY_ATTR { edc.template Take<kVectors>(); });
  const std::uint32_t stored =
      load_le32(std::span(sector, kParityRegion + 12), mode1 ? 2064 : 2072);
  return parity && edc.Finish() == stored;
}

#else

std::uint32_t Edc(const std::uint8_t* data, std::size_t size) { return scalar::edc({data, size}); }
bool IsGood(ParityRegion region, HeaderBytes header) {
  return scalar::parity_is_good(region, header);
}
void ComputeAll(ParityRegion region, HeaderBytes header, Syndromes& out) {
  out = scalar::parity_syndromes(region, header);
}
void Generate(MutableParityRegion region, HeaderBytes header) {
  scalar::generate_parity(region, header);
}
bool CodesAreGood(const std::uint8_t* sector, Protection protection) {
  return scalar::codes_are_good(std::span<const std::uint8_t, 2352>(sector, 2352), protection);
}

#endif

}  // namespace pregap::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pregap::kernels {
namespace {
HWY_EXPORT(Edc);
HWY_EXPORT(IsGood);
HWY_EXPORT(ComputeAll);
HWY_EXPORT(Generate);
HWY_EXPORT(CodesAreGood);

// Asked before any restriction, which would hide the others.
const std::vector<std::int64_t>& all_targets() {
  static const std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
  return targets;
}
}  // namespace

std::uint32_t edc(std::span<const std::uint8_t> message) noexcept {
  return HWY_DYNAMIC_DISPATCH(Edc)(message.data(), message.size());
}
bool parity_is_good(ParityRegion region, HeaderBytes header) noexcept {
  return HWY_DYNAMIC_DISPATCH(IsGood)(region, header);
}
Syndromes parity_syndromes(ParityRegion region, HeaderBytes header) noexcept {
  Syndromes s;
  HWY_DYNAMIC_DISPATCH(ComputeAll)(region, header, s);
  return s;
}
void generate_parity(MutableParityRegion region, HeaderBytes header) noexcept {
  HWY_DYNAMIC_DISPATCH(Generate)(region, header);
}
bool codes_are_good(std::span<const std::uint8_t, 2352> sector, Protection protection) noexcept {
  return HWY_DYNAMIC_DISPATCH(CodesAreGood)(sector.data(), protection);
}

std::vector<std::string> available_targets() {
  std::vector<std::string> names;
  for (const std::int64_t target : all_targets()) {
    names.emplace_back(hwy::TargetName(target));
  }
  return names;
}

bool use_target(std::string_view name) {
  std::int64_t chosen = 0;  // all of them
  for (const std::int64_t target : all_targets()) {
    if (name == hwy::TargetName(target)) chosen = target;
  }
  if (chosen == 0 && !name.empty()) return false;
  hwy::SetSupportedTargetsForTest(chosen);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return true;
}

}  // namespace pregap::kernels
#endif  // HWY_ONCE
