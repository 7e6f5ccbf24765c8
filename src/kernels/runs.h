// Runs of sectors of 2352 bytes, each `stride` bytes behind the one before: 2352 in most images,
// 2448 where sub-channel lies between them. No byte beside the sectors is touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/codes.h"

namespace pregap::kernels {

inline constexpr std::size_t kSectorBytes = 2352;

template <typename Byte>
class RunOf {
 public:
  // `bytes` holds at least (count - 1) * stride + 2352 bytes, if count is not 0.
  constexpr RunOf(std::span<Byte> bytes, std::size_t stride, std::size_t count)
      : bytes_(bytes), stride_(stride), count_(count) {}

  constexpr std::size_t size() const { return count_; }
  constexpr std::span<Byte, kSectorBytes> operator[](std::size_t i) const {
    return bytes_.subspan(i * stride_).template first<kSectorBytes>();
  }

 private:
  std::span<Byte> bytes_;
  std::size_t stride_, count_;
};
using SectorRun = RunOf<const std::uint8_t>;
using MutableSectorRun = RunOf<std::uint8_t>;

enum class PlainKind : std::uint8_t { none, mode1, form1, form2 };

// What the first 24 bytes of a sector, and the eight of mode 1's intermediate field, say.
struct SectorClass {
  bool sync = false;               // the pattern is whole
  bool address = false;            // minute, second and frame are BCD and in range
  std::uint32_t frames = 0;        // the address in frames of 1/75 s, where it is one
  std::uint8_t mode = 0;           // the mode byte whole
  bool intermediate_zero = false;  // bytes 2068-2075
  bool subheaders_equal = false;   // bytes 16-19 and 20-23
  bool subheader_zero = false;     // bytes 16-19
  bool form2 = false;              // the form bit of bytes 18
  bool operator==(const SectorClass&) const = default;

  // The kind that all of it speaks for, if nothing in it is unusual; the codes are not looked at.
  constexpr PlainKind plain_kind() const {
    if (!sync || !address) return PlainKind::none;
    if (mode == 1) return intermediate_zero ? PlainKind::mode1 : PlainKind::none;
    if (mode != 2 || !subheaders_equal) return PlainKind::none;
    if (form2) return PlainKind::form2;
    return subheader_zero ? PlainKind::none : PlainKind::form1;  // zeros agree with every code
  }
};
SectorClass classify(std::span<const std::uint8_t, kSectorBytes> sector) noexcept;

// Whether all bytes have the same value: what programs fill unreadable sectors with.
bool is_one_value(std::span<const std::uint8_t> bytes) noexcept;

// Sectors from the first on in which nothing is unusual: one plain kind, addresses that follow each
// other (a run ends before 90:00:00, where addresses turn negative), and every code agrees.
struct SoundRun {
  std::size_t count = 0;
  PlainKind kind = PlainKind::none;
  std::uint32_t frames = 0;  // of the first sector
  bool operator==(const SoundRun&) const = default;
};
SoundRun sound_run(const SectorRun& run) noexcept;

// How many sectors from the first on have an EDC and parity that agree.
std::size_t count_good_codes(const SectorRun& run, Protection protection) noexcept;

// Writes EDC and parity of every sector.
void generate_codes(const MutableSectorRun& run, Protection protection) noexcept;

// Scrambles every sector, or undoes it.
void scramble(const MutableSectorRun& run) noexcept;

namespace scalar {
SectorClass classify(std::span<const std::uint8_t, kSectorBytes> sector) noexcept;
bool is_one_value(std::span<const std::uint8_t> bytes) noexcept;
SoundRun sound_run(const SectorRun& run) noexcept;
std::size_t count_good_codes(const SectorRun& run, Protection protection) noexcept;
void generate_codes(const MutableSectorRun& run, Protection protection) noexcept;
void scramble(const MutableSectorRun& run) noexcept;
}  // namespace scalar

}  // namespace pregap::kernels
