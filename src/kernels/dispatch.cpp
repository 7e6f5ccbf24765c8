// The kernels' vectorised code for every target that the compiler can build, and the choice among
// them at run time. Highway includes this file again for each target.
//
// Only Highway's headers are used. Its library would choose as well, but measures the clock
// whenever it is loaded, which takes longer than checking forty megabytes.
#include <array>
#include <atomic>

#include "base/endian.h"
#include "kernels/codes.h"
#include "kernels/edc.h"
#include "kernels/parity.h"
#include "kernels/processor.h"
#include "kernels/scrambler.h"
#include "kernels/table.h"
#include "kernels/targets.h"

#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dispatch.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#if HWY_TARGET == HWY_AVX3_DL  // every processor of the set has GFNI, which Highway doesn't name
#undef HWY_TARGET_STR
#define HWY_TARGET_STR \
  HWY_TARGET_STR_AVX3  \
  ",vpclmulqdq,avx512vbmi,avx512vbmi2,vaes,avxvnni,avx512bitalg,avx512vpopcntdq,gfni"
#endif

// Targets without a carry-less multiplication of their own emulate it, slower than tables are; and
// vectors of unknown size do not fit the rows. They have the scalar code.
#undef PREGAP_VECTORISED
#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SSE2 && \
    HWY_TARGET != HWY_SSSE3 && !HWY_HAVE_SCALABLE
#define PREGAP_VECTORISED 1
#include "kernels/edc-inl.h"
#include "kernels/parity-inl.h"
#else
#define PREGAP_VECTORISED 0
#endif

#if PREGAP_VECTORISED
HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

std::uint32_t Edc(const std::uint8_t* data, std::size_t size) { return EdcOf(data, size); }

bool IsGood(ParityRegion region, HeaderBytes header) { return ParityIsGood(region.data(), header); }
void ComputeAll(ParityRegion region, HeaderBytes header, Syndromes& out) {
  ComputeSyndromes(region, header, out);
}
void Generate(MutableParityRegion region, HeaderBytes header) { GenerateParity(region, header); }

// The multiplications of the EDC and the additions of parity use different parts of a processor:
// they go along together where each of them keeps the processor waiting.
bool CodesAreGood(const std::uint8_t* sector, Protection protection) {
  const bool mode1 = protection == Protection::mode1;
#if HWY_TARGET == HWY_AVX3_DL
  const std::size_t from = mode1 ? 0 : 16, at = mode1 ? 2064 : 2072;
  return EdcOf(sector + from, at - from) == load_le32(std::span(sector, kParityRegion + 12), at) &&
         ParityIsGood(sector + 12, mode1 ? HeaderBytes::as_stored : HeaderBytes::as_zero);
#else
  constexpr std::size_t kVectors = N == 32 ? 5 : 2;
  EdcSum edc(mode1 ? sector : sector + 16, mode1 ? 2064 : 2056);
  const bool parity =
      ParityIsGood(sector + 12, mode1 ? HeaderBytes::as_stored : HeaderBytes::as_zero,
                   [&]() HWY_ATTR { edc.template Take<kVectors>(); });
  const std::uint32_t stored =
      load_le32(std::span(sector, kParityRegion + 12), mode1 ? 2064 : 2072);
  return parity && edc.Finish() == stored;
#endif
}

}  // namespace pregap::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#include "kernels/runs-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

SectorClass Classify(const std::uint8_t* sector) { return ClassOf(sector); }
bool IsOneValue(const std::uint8_t* data, std::size_t size) { return OneValue(data, size); }
SoundRun FindSoundRun(const SectorRun& run) { return SoundRunOf(run); }
std::size_t CountGoodCodes(const SectorRun& run, Protection p) { return CountGood(run, p); }
void GenerateCodes(const MutableSectorRun& run, Protection p) { GenerateCodesOf(run, p); }
void ScrambleOne(std::uint8_t* region) { ScrambleRegion(region); }
void ScrambleAll(const MutableSectorRun& run) { ScrambleRun(run); }

constexpr KernelTable TableNamed(const char* name) {
  return {.name = name,
          .edc = Edc,
          .parity_is_good = IsGood,
          .parity_syndromes = ComputeAll,
          .generate_parity = Generate,
          .codes_are_good = CodesAreGood,
          .classify = Classify,
          .is_one_value = IsOneValue,
          .sound_run = FindSoundRun,
          .count_good_codes = CountGoodCodes,
          .generate_codes = GenerateCodes,
          .scramble_region = ScrambleOne,
          .scramble = ScrambleAll};
}

}  // namespace pregap::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // PREGAP_VECTORISED

#if HWY_ONCE
namespace pregap::kernels {
namespace {

using Sector = std::span<const std::uint8_t, kSectorBytes>;

constexpr KernelTable kScalar = {
    .name = "scalar",
    .edc =
        [](const std::uint8_t* d, std::size_t n) {
          return scalar::edc({d, n});
        },
    .parity_is_good = scalar::parity_is_good,
    .parity_syndromes = [](ParityRegion r, HeaderBytes h,
                           Syndromes& out) { out = scalar::parity_syndromes(r, h); },
    .generate_parity = scalar::generate_parity,
    .codes_are_good = [](const std::uint8_t* s,
                         Protection p) { return scalar::codes_are_good(Sector(s, 2352), p); },
    .classify = [](const std::uint8_t* s) { return scalar::classify(Sector(s, 2352)); },
    .is_one_value =
        [](const std::uint8_t* d, std::size_t n) {
          return scalar::is_one_value({d, n});
        },
    .sound_run = scalar::sound_run,
    .count_good_codes = scalar::count_good_codes,
    .generate_codes = scalar::generate_codes,
    .scramble_region =
        [](std::uint8_t* r) {
          scalar::scramble(std::span<std::uint8_t, kScrambledBytes>(r, kScrambledBytes));
        },
    .scramble = scalar::scramble};

struct Target {
  Processor needs;
  KernelTable table;
};

// The best first.
constexpr Target kTargets[] = {
#if HWY_TARGETS & HWY_AVX3_DL
    {Processor::avx3_dl, N_AVX3_DL::TableNamed("AVX3_DL")},
#endif
#if HWY_TARGETS & HWY_AVX3
    {Processor::avx3, N_AVX3::TableNamed("AVX3")},
#endif
#if HWY_TARGETS & HWY_AVX2
    {Processor::avx2, N_AVX2::TableNamed("AVX2")},
#endif
#if HWY_TARGETS & HWY_SSE4
    {Processor::sse4, N_SSE4::TableNamed("SSE4")},
#endif
#if !HWY_ARCH_X86 && PREGAP_VECTORISED
    {Processor::baseline, HWY_NAMESPACE::TableNamed("baseline")},
#endif
    {Processor::baseline, kScalar},
};

const KernelTable* best_table() {
  static const Processor processor = detect_processor();
  for (const Target& target : kTargets) {
    if (target.needs <= processor) return &target.table;
  }
  return &kScalar;
}

std::atomic<const KernelTable*> chosen{nullptr};

const KernelTable& table() {
  const KernelTable* now = chosen.load(std::memory_order_relaxed);
  if (now == nullptr) {
    now = best_table();
    chosen.store(now, std::memory_order_relaxed);
  }
  return *now;
}

}  // namespace

std::uint32_t edc(std::span<const std::uint8_t> message) noexcept {
  return table().edc(message.data(), message.size());
}
bool parity_is_good(ParityRegion region, HeaderBytes header) noexcept {
  return table().parity_is_good(region, header);
}
Syndromes parity_syndromes(ParityRegion region, HeaderBytes header) noexcept {
  Syndromes s;
  table().parity_syndromes(region, header, s);
  return s;
}
void generate_parity(MutableParityRegion region, HeaderBytes header) noexcept {
  table().generate_parity(region, header);
}
bool codes_are_good(std::span<const std::uint8_t, 2352> sector, Protection protection) noexcept {
  return table().codes_are_good(sector.data(), protection);
}
SectorClass classify(std::span<const std::uint8_t, kSectorBytes> sector) noexcept {
  return table().classify(sector.data());
}
bool is_one_value(std::span<const std::uint8_t> bytes) noexcept {
  return table().is_one_value(bytes.data(), bytes.size());
}
SoundRun sound_run(const SectorRun& run) noexcept { return table().sound_run(run); }
std::size_t count_good_codes(const SectorRun& run, Protection protection) noexcept {
  return table().count_good_codes(run, protection);
}
void generate_codes(const MutableSectorRun& run, Protection protection) noexcept {
  table().generate_codes(run, protection);
}
void scramble(std::span<std::uint8_t, kScrambledBytes> region) noexcept {
  table().scramble_region(region.data());
}
void scramble(const MutableSectorRun& run) noexcept { table().scramble(run); }

std::vector<std::string> available_targets() {
  std::vector<std::string> names;
  for (const Target& target : kTargets) {
    if (target.needs <= detect_processor()) names.emplace_back(target.table.name);
  }
  return names;
}

bool use_target(std::string_view name) {
  if (name.empty()) {
    chosen.store(best_table());
    return true;
  }
  for (const Target& target : kTargets) {
    if (name != target.table.name || target.needs > detect_processor()) continue;
    chosen.store(&target.table);
    return true;
  }
  return false;
}

}  // namespace pregap::kernels
#endif  // HWY_ONCE
