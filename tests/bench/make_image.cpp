// make_image FOLDER MIB: FOLDER/bench.cue and bench.bin, a mode 1 disc of so many MiB whose user
// data look random and are the same in every run. LBA 16 and 17 are volume descriptors: iat looks
// for one.
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "pregap/sector.h"

namespace {

using UserData = std::array<std::uint8_t, pregap::kUserDataSize>;

// ECMA-119 8.1: type, "CD001", version; nothing else.
void fill_descriptor(std::uint8_t type, UserData& out) { out = {type, 'C', 'D', '0', '0', '1', 1}; }

// xorshift64* (S. Vigna): eight bytes a step.
void fill(std::uint64_t& state, UserData& out) {
  for (std::size_t i = 0; i < out.size(); i += 8) {
    state ^= state >> 12U;
    state ^= state << 25U;
    state ^= state >> 27U;
    const auto eight = std::bit_cast<std::array<std::uint8_t, 8>>(state * 0x2545F4914F6CDD1DU);
    for (std::size_t k = 0; k < 8; ++k) out[i + k] = eight[k];
  }
}

}  // namespace

int main(int argc, char** argv) {
  const long mib = argc == 3 ? std::strtol(argv[2], nullptr, 10) : 0;
  if (mib <= 0) {
    std::fputs("usage: make_image FOLDER MIB\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const auto sectors = static_cast<std::int32_t>((mib << 20) / long{pregap::kSectorSize});
  std::ofstream bin(folder / "bench.bin", std::ios::binary);
  UserData user_data{};
  std::array<std::uint8_t, pregap::kSectorSize> sector{};
  std::uint64_t state = 1;
  for (std::int32_t lba = 0; lba < sectors; ++lba) {
    fill(state, user_data);
    if (lba == 16) fill_descriptor(1, user_data);
    if (lba == 17) fill_descriptor(255, user_data);
    pregap::build_sector(pregap::SectorKind::mode1, pregap::Lba(lba), user_data, sector);
    bin.write(reinterpret_cast<const char*>(sector.data()), pregap::kSectorSize);
  }
  std::ofstream cue(folder / "bench.cue");
  cue << "FILE \"bench.bin\" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n";
  if (!bin.flush() || !cue.flush()) {
    std::fprintf(stderr, "make_image: %s: could not be written\n", argv[1]);
    return 2;
  }
}
