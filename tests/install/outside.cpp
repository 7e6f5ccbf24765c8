// Someone else's program: it knows pregap only from its installation.
#include <pregap/check.h>
#include <pregap/open.h>

#include <array>
#include <cstdio>
#include <string>

int main(int, char** argv) {
  const pregap::Disc disc = pregap::open_disc(argv[1]);
  std::array<std::uint8_t, pregap::kSectorSize> sector;
  disc.read_sectors(pregap::Lba(16), 1, sector);
  const pregap::SectorIdentity found = pregap::identify_sector(sector);
  std::printf("%zu tracks, sector 16 is %s and %s\n", disc.tracks.size(),
              std::string(pregap::name_of(found.kind)).c_str(),
              found.check.content_sound() ? "sound" : "bad");
}
