#include "discs.h"

#include <fmt/format.h>

#include <algorithm>

#include "files.h"
#include "noise.h"
#include "pregap/sector.h"

namespace samples {
namespace {

using pregap::kSectorSize;

pregap::MutableRawSector sector_at(Bytes& bytes, std::size_t index) {
  return pregap::MutableRawSector(bytes.data() + index * kSectorSize, kSectorSize);
}

// `iso` as sectors of `kind`, from LBA 0.
Bytes data_sectors(const Bytes& iso, pregap::SectorKind kind, pregap::Subheader subheader = {}) {
  const std::size_t count = iso.size() / pregap::kUserDataSize;
  Bytes result(count * kSectorSize);
  for (std::size_t i = 0; i < count; ++i) {
    const std::span user_data(iso.data() + i * pregap::kUserDataSize, pregap::kUserDataSize);
    build_sector(kind, pregap::Lba(static_cast<std::int32_t>(i)), user_data, sector_at(result, i),
                 subheader);
  }
  return result;
}

// A triangle wave of `period` samples with a little noise, on both channels, after silence.
Bytes audio_sectors(std::size_t silent, std::size_t count, int period) {
  Bytes result((silent + count) * kSectorSize);
  Noise noise(static_cast<std::uint64_t>(period));
  int sample = 0;
  for (std::size_t i = silent * kSectorSize; i < result.size(); i += 2) {
    const int phase = (sample++ / 2) % period;
    const int level = std::min(phase, period - phase) * 40000 / period - 10000;
    const int value = level + static_cast<int>(noise.next() % 16);
    result[i] = static_cast<std::uint8_t>(value);
    result[i + 1] = static_cast<std::uint8_t>(value >> 8);
  }
  return result;
}

void append_form2(Bytes& bytes, std::size_t count) {
  const std::size_t first = bytes.size() / kSectorSize;
  bytes.resize(bytes.size() + count * kSectorSize);
  Noise noise(2324);
  Bytes user_data(pregap::kForm2UserDataSize);
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count;
    const int submode = pregap::kSubmodeForm2 | pregap::kSubmodeRealTime | pregap::kSubmodeVideo |
                        (last ? pregap::kSubmodeEndOfFile | pregap::kSubmodeEndOfRecord : 0);
    noise.fill(user_data);
    const pregap::MutableRawSector sector = sector_at(bytes, first + i);
    build_sector(pregap::SectorKind::mode2_form2, pregap::Lba(static_cast<std::int32_t>(first + i)),
                 user_data, sector,
                 {.file_number = 1,
                  .channel_number = 1,
                  .submode = static_cast<std::uint8_t>(submode),
                  .coding_information = 0x0F});
    if (i % 8 == 7) std::ranges::fill(sector.last<4>(), std::uint8_t{0});  // the EDC is optional
  }
}

std::string msf(std::size_t sectors) {
  return fmt::format("{:02}:{:02}:{:02}", sectors / 4500, sectors / 75 % 60, sectors % 75);
}

// `start`: the track's first sector within its file.
std::string sheet_of(const MadeTrack& track, int number, std::size_t start) {
  std::string sheet = fmt::format("  TRACK {:02} {}\n", number, track.type);
  for (const std::string& command : track.commands) sheet += "    " + command + "\n";
  if (track.pregap > 0) sheet += "    INDEX 00 " + msf(start) + "\n";
  start += static_cast<std::size_t>(track.pregap);
  sheet += "    INDEX 01 " + msf(start) + "\n";
  int index = 2;
  for (const std::int32_t offset : track.subindexes) {
    sheet +=
        fmt::format("    INDEX {:02} {}\n", index++, msf(start + static_cast<std::size_t>(offset)));
  }
  return sheet;
}

std::string head_of(const MadeDisc& disc) {
  std::string sheet;
  for (const std::string& command : disc.commands) sheet += command + "\n";
  return sheet;
}

}  // namespace

Bytes MadeDisc::bytes() const {
  Bytes result;
  for (const MadeTrack& track : tracks) {
    result.insert(result.end(), track.bytes.begin(), track.bytes.end());
  }
  return result;
}

MadeDisc mixed_disc(const Bytes& iso) {
  return {.commands = {"REM COMMENT \"a mixed-mode disc made by pregap\"", "CATALOG 2000000000008",
                       "TITLE \"Mixed\"", "PERFORMER \"The Triangles\""},
          .tracks = {{.type = "MODE1/2352",
                      .commands = {"FLAGS DCP"},
                      .bytes = data_sectors(iso, pregap::SectorKind::mode1)},
                     {.type = "AUDIO",
                      .commands = {"TITLE \"Low\"", "ISRC DEPRG2000001"},
                      .pregap = 150,
                      .bytes = audio_sectors(150, 60, 400)},
                     {.type = "AUDIO",
                      .commands = {"TITLE \"High\"", "FLAGS DCP PRE", "ISRC DEPRG2000002"},
                      .pregap = 32,
                      .subindexes = {25},
                      .bytes = audio_sectors(32, 60, 100)}}};
}

MadeDisc xa_disc(const Bytes& iso) {
  MadeTrack track{.type = "MODE2/2352",
                  .bytes = data_sectors(iso, pregap::SectorKind::mode2_form1,
                                        {.submode = pregap::kSubmodeData})};
  append_form2(track.bytes, kForm2Sectors);
  return {.tracks = {track}};
}

void write_disc(const MadeDisc& disc, const Bytes& bytes, const std::filesystem::path& folder,
                const std::string& name) {
  std::string sheet = head_of(disc) + fmt::format("FILE \"{}.bin\" BINARY\n", name);
  std::size_t start = 0;
  int number = 1;
  for (const MadeTrack& track : disc.tracks) {
    sheet += sheet_of(track, number++, start);
    start += track.bytes.size() / kSectorSize;
  }
  write_file(folder / (name + ".bin"), bytes);
  write_file(folder / (name + ".cue"), sheet);
}

void write_disc_by_tracks(const MadeDisc& disc, const std::filesystem::path& folder,
                          const std::string& name) {
  std::string sheet = head_of(disc);
  int number = 1;
  for (const MadeTrack& track : disc.tracks) {
    const std::string file = fmt::format("{} (Track {}).bin", name, number);
    sheet += fmt::format("FILE \"{}\" BINARY\n", file) + sheet_of(track, number, 0);
    write_file(folder / file, track.bytes);
    ++number;
  }
  write_file(folder / (name + ".cue"), sheet);
}

}  // namespace samples
