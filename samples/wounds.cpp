#include "wounds.h"

#include <algorithm>
#include <utility>

#include "files.h"
#include "noise.h"
#include "pregap/sector.h"

namespace samples {
namespace {

using pregap::kSectorSize;
using Rebuild = Wounds::Rebuild;

const char* name_of(Rebuild rebuild) {
  switch (rebuild) {
    case Rebuild::nothing:
      return "nothing";
    case Rebuild::parity:
      return "parity";
    case Rebuild::edc_and_parity:
      return "edc_and_parity";
  }
  return "";
}

// Bytes `step` apart, from `first` on.
std::vector<Wounds::Range> scattered(std::size_t first, std::size_t step, std::size_t count) {
  std::vector<Wounds::Range> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back({first + i * step, 1});
  return result;
}

void wound_mixed(Bytes& bytes, Wounds::Rows& rows) {
  Wounds wounds("mixed.cue", bytes, pregap::SectorKind::mode1, rows);
  wounds.change(40, "one byte of user data", {{1000, 1}});
  wounds.change(41, "one byte of the EDC", {{2065, 1}});
  wounds.change(42, "one byte of the intermediate field", {{2070, 1}});
  wounds.change(43, "one byte of P parity", {{2100, 1}});
  wounds.change(44, "one byte of Q parity", {{2300, 1}});
  wounds.change(45, "one byte of the header's address", {{13, 1}});
  wounds.change(46, "the header's mode byte", {{15, 1}});
  wounds.change(47, "one byte of the sync", {{5, 1}});
  wounds.change(48, "two bytes of one P word", {{500, 1}, {586, 1}});
  wounds.change(49, "three bytes of one P word", {{500, 1}, {586, 1}, {672, 1}});
  wounds.change(50, "two bytes far apart", {{100, 1}, {1801, 1}});
  wounds.change(51, "ten bytes, scattered", scattered(30, 197, 10));
  wounds.change(52, "sixty bytes, scattered", scattered(20, 37, 60));

  wounds.change(60, "a burst of 8 bytes", {{700, 8}});
  wounds.change(61, "a burst of 100 bytes", {{900, 100}});
  wounds.change(62, "a burst of 172 bytes", {{900, 172}});
  wounds.change(63, "a burst of 1200 bytes", {{600, 1200}});
  wounds.change(64, "a burst of 8 bytes over header and user data", {{12, 8}});
  wounds.change(65, "a burst of 100 bytes over EDC and P parity", {{2050, 100}});
  wounds.change(66, "everything after the sync", {{12, kSectorSize - 12}});
  for (const std::int32_t lba : {70, 71, 72}) {
    wounds.change(lba, "a burst of 1200 bytes, in three neighbours", {{1000, 1200}});
  }

  wounds.change(80, "the whole sync", {{0, 12}});
  wounds.change(81, "the whole header", {{12, 4}});
  wounds.change(82, "sync and header", {{0, 16}});
  wounds.change(83, "sync, header and 1200 bytes of user data", {{0, 16}, {400, 1200}});

  wounds.fill(90, "the whole sector 0x55", {0, kSectorSize}, 0x55);
  wounds.fill(91, "the whole sector 0x00", {0, kSectorSize}, 0x00);
  wounds.fill(92, "all that follows the header 0x55", {16, 2336}, 0x55);
  wounds.fill(93, "user data 0x55", {16, 2048}, 0x55);
  wounds.fill(94, "the whole sector 0xFF", {0, kSectorSize}, 0xFF);

  wounds.change(100, "the EDC, parity agrees with it", {{2064, 4}}, Rebuild::parity);
  wounds.change(101, "one byte of user data, parity agrees with it", {{512, 1}}, Rebuild::parity);
  wounds.change(102, "the whole P parity", {{2076, 172}});
  wounds.change(103, "the whole Q parity", {{2248, 104}});
  wounds.change(104, "the whole P and Q parity", {{2076, 276}});
  wounds.change(105, "the intermediate field, all else agrees with it", {{2068, 8}},
                Rebuild::edc_and_parity);

  wounds.set_address(110, "the address of LBA 5000, all else agrees with it", pregap::Lba(5000),
                     Rebuild::edc_and_parity);
  wounds.set_address(112, "the address of LBA 5000, EDC and parity as they were", pregap::Lba(5000),
                     Rebuild::nothing);
  wounds.set_mode(114, "mode byte 2, all else agrees with it", 2, Rebuild::edc_and_parity);
  wounds.copy_from(116, "the sector before, once more", 115);
  wounds.scramble(118, "scrambled");

  wounds.change(400, "one byte of an audio pregap", {{1000, 1}});
}

void scratch_mixed(Bytes& bytes, Wounds::Rows& rows) {
  Wounds wounds("mixed.cue", bytes, pregap::SectorKind::mode1, rows);
  wounds.change(40, "one byte of user data", {{1000, 1}});
  wounds.change(60, "a burst of 8 bytes", {{700, 8}});
  wounds.change(61, "a burst of 60 bytes", {{900, 60}});
  wounds.change(65, "a burst of 100 bytes over EDC and P parity", {{2050, 100}});
  wounds.change(80, "the whole sync", {{0, 12}});
}

void wound_xa(Bytes& bytes, Wounds::Rows& rows) {
  Wounds form1("xa.cue", bytes, pregap::SectorKind::mode2_form1, rows);
  form1.change(40, "one byte of user data", {{1000, 1}});
  form1.change(41, "one byte of the EDC", {{2073, 1}});
  form1.change(42, "one byte of the first sub-header", {{18, 1}});
  form1.change(43, "one byte of the second sub-header", {{22, 1}});
  form1.change(44, "the second sub-header, all else agrees with it", {{20, 4}},
               Rebuild::edc_and_parity);
  form1.change(45, "one byte of the header's address", {{13, 1}});
  form1.change(46, "the whole header", {{12, 4}});
  form1.change(47, "the whole sync", {{0, 12}});
  form1.change(48, "a burst of 100 bytes", {{900, 100}});
  form1.change(49, "a burst of 1200 bytes", {{600, 1200}});
  form1.change(50, "one byte of P parity", {{2100, 1}});
  form1.change(51, "one byte of Q parity", {{2300, 1}});
  form1.fill(52, "the whole sector 0x55", {0, kSectorSize}, 0x55);
  form1.set_address(54, "the address of LBA 5000", pregap::Lba(5000), Rebuild::nothing);

  Wounds form2("xa.cue", bytes, pregap::SectorKind::mode2_form2, rows);
  const std::int32_t first_form2 =
      static_cast<std::int32_t>(bytes.size() / kSectorSize) - kForm2Sectors;
  form2.change(first_form2 + 1, "one byte of user data", {{1000, 1}});
  form2.change(first_form2 + 2, "one byte of the EDC", {{2349, 1}});
  form2.change(first_form2 + 3, "the whole header", {{12, 4}});
  form2.change(first_form2 + 4, "the whole sync", {{0, 12}});
  form2.change(first_form2 + 7, "one byte of user data, in a sector without EDC", {{1000, 1}});
  form2.fill(first_form2 + 9, "the whole sector 0x00", {0, kSectorSize}, 0x00);
}

void write_rows(const Wounds::Rows& rows, const std::filesystem::path& folder) {
  std::string text = "{\"wounds\":[\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += rows[i].dump() + (i + 1 < rows.size() ? ",\n" : "\n");
  }
  write_file(folder / "wounds.json", text + "]}\n");
}

}  // namespace

Wounds::Wounds(std::string image, Bytes& bytes, pregap::SectorKind kind, Rows& rows)
    : image_(std::move(image)), bytes_(bytes), kind_(kind), rows_(rows) {}

pregap::MutableRawSector Wounds::sector(std::int32_t lba) {
  return pregap::MutableRawSector(bytes_.data() + static_cast<std::size_t>(lba) * kSectorSize,
                                  kSectorSize);
}

void Wounds::note(std::int32_t lba, const std::string& what, const char* done,
                  const std::vector<Range>& ranges, Rebuild rebuild) {
  if (rebuild == Rebuild::parity) pregap::rebuild_parity(kind_, sector(lba));
  if (rebuild == Rebuild::edc_and_parity) pregap::rebuild_edc_and_parity(kind_, sector(lba));
  Rows places = Rows::array();
  for (const Range& range : ranges) {
    places.push_back(Rows::array({range.offset, range.count}));
  }
  rows_.push_back({{"image", image_},
                   {"lba", lba},
                   {"what", what},
                   {"done", done},
                   {"ranges", places},
                   {"rebuilt", name_of(rebuild)}});
}

void Wounds::change(std::int32_t lba, const std::string& what, const std::vector<Range>& ranges,
                    Rebuild rebuild) {
  Noise noise(static_cast<std::uint64_t>(lba));
  for (const Range& range : ranges) {
    for (std::uint8_t& b : sector(lba).subspan(range.offset, range.count))
      b ^= noise.nonzero_byte();
  }
  note(lba, what, "xor", ranges, rebuild);
}

void Wounds::fill(std::int32_t lba, const std::string& what, Range range, std::uint8_t value) {
  std::ranges::fill(sector(lba).subspan(range.offset, range.count), value);
  note(lba, what, "fill", {range}, Rebuild::nothing);
}

void Wounds::set_address(std::int32_t lba, const std::string& what, pregap::Lba address,
                         Rebuild rebuild) {
  pregap::write_sync_and_header(kind_, address, sector(lba));
  note(lba, what, "address", {{pregap::kHeaderOffset, 3}}, rebuild);
}

void Wounds::set_mode(std::int32_t lba, const std::string& what, std::uint8_t mode,
                      Rebuild rebuild) {
  sector(lba)[pregap::kModeOffset] = mode;
  note(lba, what, "mode", {{pregap::kModeOffset, 1}}, rebuild);
}

void Wounds::copy_from(std::int32_t lba, const std::string& what, std::int32_t source) {
  std::ranges::copy(sector(source), sector(lba).begin());
  note(lba, what, "copy", {{0, kSectorSize}}, Rebuild::nothing);
}

void Wounds::scramble(std::int32_t lba, const std::string& what) {
  pregap::scramble(sector(lba));
  note(lba, what, "scramble", {{12, kSectorSize - 12}}, Rebuild::nothing);
}

void write_damaged(const MadeDisc& mixed, const MadeDisc& xa, const std::filesystem::path& folder) {
  Wounds::Rows rows = Wounds::Rows::array();
  Bytes bytes = mixed.bytes();
  wound_mixed(bytes, rows);
  write_disc(mixed, bytes, folder, "mixed");
  bytes = xa.bytes();
  wound_xa(bytes, rows);
  write_disc(xa, bytes, folder, "xa");
  write_rows(rows, folder);
}

void write_scratched(const MadeDisc& mixed, const std::filesystem::path& folder) {
  Wounds::Rows rows = Wounds::Rows::array();
  Bytes bytes = mixed.bytes();
  scratch_mixed(bytes, rows);
  write_disc(mixed, bytes, folder, "mixed");
  write_rows(rows, folder);
}

}  // namespace samples
