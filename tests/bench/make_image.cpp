// make_image KIND MIB FILE: FILE.bin and FILE.cue, a disc of so many MiB whose user data look
// random and are the same in every run. LBA 16 and 17 are volume descriptors: iat looks for one.
//   mode1    sound mode 1 sectors
//   mixed    sound mode 2 sectors: 13 of form 1, 6 of form 2, over and over
//   wounded  mode 1 sectors, each with 1 to 20 wrong bytes
//   light    mode 1 sectors, each with 1 to 10 wrong bytes, none in the sync
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "pregap/sector.h"

namespace {

using pregap::SectorKind;
using Sector = std::array<std::uint8_t, pregap::kSectorSize>;
using UserData = std::array<std::uint8_t, pregap::kMode2UserDataSize>;

// xorshift64* (S. Vigna).
class Random {
 public:
  std::uint64_t next() {
    state_ ^= state_ >> 12U;
    state_ ^= state_ << 25U;
    state_ ^= state_ >> 27U;
    return state_ * 0x2545F4914F6CDD1DU;
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>((next() >> 32U) % n); }

 private:
  std::uint64_t state_ = 1;
};

void fill(Random& random, UserData& out) {
  for (std::size_t i = 0; i < out.size(); i += 8) {
    const auto eight = std::bit_cast<std::array<std::uint8_t, 8>>(random.next());
    for (std::size_t k = 0; k < 8; ++k) out[i + k] = eight[k];
  }
}

// ECMA-119 8.1: type, "CD001", version; nothing else.
void fill_descriptor(std::uint8_t type, UserData& out) { out = {type, 'C', 'D', '0', '0', '1', 1}; }

void wound(Random& random, Sector& sector, std::size_t most, std::size_t from) {
  for (std::size_t n = 1 + random.below(most); n > 0; --n) {
    sector[from + random.below(sector.size() - from)] ^=
        static_cast<std::uint8_t>(1 + random.below(255));
  }
}

SectorKind kind_at(std::string_view image, std::int32_t lba) {
  if (image != "mixed") return SectorKind::mode1;
  return lba % 19 < 13 || lba < 19 ? SectorKind::mode2_form1 : SectorKind::mode2_form2;
}

bool write(std::string_view image, std::int32_t sectors, const std::string& file) {
  std::ofstream bin(file + ".bin", std::ios::binary);
  UserData user_data{};
  Sector sector{};
  Random random, wounds;  // apart, so that below the wounds all mode 1 images are the same
  for (std::int32_t lba = 0; lba < sectors; ++lba) {
    fill(random, user_data);
    if (lba == 16) fill_descriptor(1, user_data);
    if (lba == 17) fill_descriptor(255, user_data);
    const SectorKind kind = kind_at(image, lba);
    const std::size_t size = pregap::layout_of(kind).user_data.size;
    pregap::Subheader subheader;
    if (kind == SectorKind::mode2_form2) subheader.submode = pregap::kSubmodeForm2;
    pregap::build_sector(kind, pregap::Lba(lba), std::span(user_data).first(size), sector,
                         subheader);
    if (image == "wounded") wound(wounds, sector, 20, 0);
    if (image == "light") wound(wounds, sector, 10, pregap::kSyncSize);
    bin.write(reinterpret_cast<const char*>(sector.data()), pregap::kSectorSize);
  }
  std::ofstream cue(file + ".cue");
  cue << "FILE \"" << file.substr(file.rfind('/') + 1) << ".bin\" BINARY\n  TRACK 01 "
      << (image == "mixed" ? "MODE2/2352" : "MODE1/2352") << "\n    INDEX 01 00:00:00\n";
  return bin.flush() && cue.flush();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view image = argc == 4 ? argv[1] : "";
  const long mib = argc == 4 ? std::strtol(argv[2], nullptr, 10) : 0;
  if (mib <= 0 ||
      (image != "mode1" && image != "mixed" && image != "wounded" && image != "light")) {
    std::fputs("usage: make_image mode1|mixed|wounded|light MIB FILE\n", stderr);
    return 2;
  }
  const auto sectors = static_cast<std::int32_t>((mib << 20) / long{pregap::kSectorSize});
  if (!write(image, sectors, argv[3])) {
    std::fprintf(stderr, "make_image: %s: could not be written\n", argv[3]);
    return 2;
  }
}
