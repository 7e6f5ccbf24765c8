#include "sector/quick.h"

#include "kernels/runs.h"

namespace pregap {
namespace {

SectorKind kind_of(kernels::PlainKind kind) {
  switch (kind) {
    case kernels::PlainKind::form1:
      return SectorKind::mode2_form1;
    case kernels::PlainKind::form2:
      return SectorKind::mode2_form2;
    case kernels::PlainKind::none:
    case kernels::PlainKind::mode1:
      break;
  }
  return SectorKind::mode1;
}

Lba address_of(std::uint32_t frames) {
  return to_lba({.minute = static_cast<std::uint8_t>(frames / kFramesPerMinute),
                 .second = static_cast<std::uint8_t>(frames / kFramesPerSecond % 60),
                 .frame = static_cast<std::uint8_t>(frames % kFramesPerSecond)});
}

}  // namespace

QuickRun quick_run(std::span<const std::uint8_t> sectors) noexcept {
  const kernels::SoundRun run =
      kernels::sound_run(kernels::SectorRun(sectors, kSectorSize, sectors.size() / kSectorSize));
  if (run.count == 0) return {};
  return {.count = static_cast<std::int32_t>(run.count),
          .kind = kind_of(run.kind),
          .address = address_of(run.frames)};
}

std::optional<QuickIdentity> quick_identity(RawSector sector) noexcept {
  const QuickRun run = quick_run(sector);
  if (run.count == 0) return std::nullopt;
  return QuickIdentity{run.kind, run.address};
}

}  // namespace pregap
