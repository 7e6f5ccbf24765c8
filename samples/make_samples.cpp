// make_samples FOLDER: makes every sample image below FOLDER, the same in every run.
//
//   mixed/         a mode 1 track with a file system and two audio tracks with pregaps; one .bin
//   mixed-tracks/  the same disc, one .bin a track
//   xa/            a mode 2 disc of form 1 (a file system) and form 2 sectors
//   damaged/       both discs with the wounds that wounds.json lists
//   scratched/     the mixed disc with a few small wounds, listed likewise
//   truncated/     the mixed disc, its .bin 1000 bytes too short
//   cooked/        the mixed disc's file system as a plain .iso
//   disks/         a floppy disk and a memory card, FAT both
#include <cstdio>
#include <exception>

#include "discs.h"
#include "file_system.h"
#include "files.h"
#include "wounds.h"

namespace {

void make_all(const std::filesystem::path& folder) {
  using namespace samples;
  const Bytes iso = make_file_system("PREGAP_MIXED", 280, folder / "scratch");
  const MadeDisc mixed = mixed_disc(iso);
  write_disc(mixed, mixed.bytes(), folder / "mixed", "mixed");
  write_disc_by_tracks(mixed, folder / "mixed-tracks", "mixed");
  write_file(folder / "cooked" / "data.iso", iso);

  const MadeDisc xa = xa_disc(make_file_system("PREGAP_XA", 120, folder / "scratch"));
  write_disc(xa, xa.bytes(), folder / "xa", "xa");
  write_damaged(mixed, xa, folder / "damaged");
  write_scratched(mixed, folder / "scratched");

  write_file(folder / "disks" / "floppy.ima", make_floppy(folder / "scratch"));
  write_file(folder / "disks" / "card.img", make_card(folder / "scratch"));

  Bytes cut = mixed.bytes();
  cut.resize(cut.size() - 1000);
  write_disc(mixed, cut, folder / "truncated", "mixed");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_samples FOLDER\n", stderr);
    return 2;
  }
  try {
    make_all(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_samples: %s\n", error.what());
    return 2;
  }
}
