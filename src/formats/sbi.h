// .sbi and .lsd files: the Q frames that copy protection altered, beside an image without
// sub-channel.
//
//   .sbi  "SBI", 00; then records of three bytes of BCD (minute, second, frame), a byte that says
//         what follows, and that: 01 the first 10 bytes of Q, 02 the three bytes of the time in the
//         track, 03 the three of the absolute time
//   .lsd  records of three bytes of BCD and the 12 bytes of Q
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "disc/subchannel.h"
#include "pregap/disc.h"

namespace pregap::formats {

enum class SbiContent : std::uint8_t { q = 1, relative = 2, absolute = 3 };

struct SbiRecord {
  Lba lba;
  SbiContent content = SbiContent::q;
  std::array<std::uint8_t, 10> bytes{};  // three of them of the times
};

// Both throw Error(malformed) at `place` and a byte offset. Records come as stored.
std::vector<SbiRecord> parse_sbi(std::span<const std::uint8_t> bytes, const std::string& place);
std::vector<QPatch> parse_lsd(std::span<const std::uint8_t> bytes, const std::string& place);

// What the disc has in the records' places: what they leave out is the regular frame's. No .sbi
// file holds a CRC, and all that is known of it is that it is wrong: it becomes the inverted right
// one.
std::vector<QPatch> patches_of(const std::vector<SbiRecord>& records,
                               const SubchannelMaker& layout);

// The disc's patches. An .sbi file loses their CRCs. Throws Error(usage) if there are none, or one
// whose address no time expresses.
std::vector<std::uint8_t> write_sbi(const Disc& disc);
std::vector<std::uint8_t> write_lsd(const Disc& disc);

// Fills disc.q_patches from the .lsd or .sbi file that lies beside `image` and has its name; the
// .lsd's where there are both. What is wrong with such a file is a problem of the disc, no error.
void apply_q_sidecars(Disc& disc, const std::filesystem::path& image);

}  // namespace pregap::formats
