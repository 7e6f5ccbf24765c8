// A disc image as one model: sessions, tracks, indexes, and where each stored sector lies. Every
// format reads into it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pregap/address.h"
#include "pregap/bytes.h"
#include "pregap/sector.h"

namespace pregap {

// How a track's sectors are stored in their file.
enum class Storage : std::uint8_t {
  raw2352,   // whole sectors
  raw2448,   // whole sectors, each followed by 96 bytes of sub-channel
  xa2336,    // mode 2 from the sub-header on: no sync, no header
  user2048,  // user data alone: nothing in it can be checked
};
std::uint32_t stride_of(Storage storage) noexcept;  // bytes from one sector to the next

enum class TrackType : std::uint8_t { audio, mode0, mode1, mode2 };
std::string_view name_of(TrackType type) noexcept;  // "audio", "mode0", "mode1", "mode2"

// A finding about the image as a whole, its descriptor or its files; not about a sector's content.
enum class Severity : std::uint8_t { note, warning, fault };  // a fault makes the verdict damaged
std::string_view name_of(Severity severity) noexcept;
struct Problem {
  Severity severity = Severity::warning;
  std::string code;                   // "file.size", "track.mode", ...: docs/json.md lists them
  std::string message;                // one line; begins with the place it speaks of
  std::optional<std::size_t> file{};  // index into Disc::files, where it speaks of one
};

// A run of sectors that lie one behind the other in one file.
struct Extent {
  std::size_t file = 0;      // index into Disc::files
  std::uint64_t offset = 0;  // of the first sector, in bytes
  Storage storage = Storage::raw2352;
  bool swapped = false;  // audio whose samples have their high byte first (MOTOROLA)
  Lba first;
  std::int32_t sectors = 0;
};

struct Index {
  int number = 0;  // 0-99
  Lba lba;
};

// CD-Text of the disc (track 0) or a track: the cue command's name in capitals and its text.
using TextFields = std::vector<std::pair<std::string, std::string>>;

struct TrackFlags {
  bool copy_permitted = false;      // DCP
  bool four_channel = false;        // 4CH
  bool pre_emphasis = false;        // PRE
  bool serial_copy_system = false;  // SCMS
};

struct Track {
  int number = 1;  // 1-99
  int session = 1;
  TrackType type = TrackType::mode1;      // what its content is
  TrackType declared = TrackType::mode1;  // what the descriptor says
  std::string declared_as;                // the descriptor's word: "MODE1/2352"
  TrackFlags flags;
  std::string isrc;
  TextFields text;
  std::vector<Index> indexes;        // rising; INDEX 00 only where the pregap is stored
  std::int32_t unstored_pregap = 0;  // sectors of a PREGAP command, before first_lba()
  std::int32_t unstored_postgap = 0;
  std::vector<Extent> extents;  // in order of LBA, none of them empty
  std::int32_t missing = 0;     // sectors that should be there but lie past the file's end
  // What an undecided sector is taken for until a neighbour is known: found by sampling.
  SectorKind sampled_kind = SectorKind::mode1;

  Lba first_lba() const;         // the first stored sector: INDEX 00 where there is one
  Lba start_lba() const;         // INDEX 01
  Lba end_lba() const;           // one past the last stored sector
  std::int32_t sectors() const;  // from INDEX 01 to the end
  std::int32_t stored_sectors() const;
  const Extent* extent_at(Lba lba) const;  // nullptr: not stored
  bool is_data() const { return type != TrackType::audio; }
};

struct DiscFile {
  std::filesystem::path path;
  std::shared_ptr<const ByteSource> bytes;
};

struct Disc {
  std::string format;          // "cue", "raw", "iso"
  std::filesystem::path path;  // the descriptor, or the image itself
  std::vector<DiscFile> files;
  std::vector<Track> tracks;  // rising by LBA
  std::string mcn;            // CATALOG; empty where there is none
  TextFields text;
  std::vector<std::string> remarks;  // REM lines and commands that pregap doesn't know, as found
  std::vector<Problem> problems;

  int sessions() const;
  std::int64_t stored_sectors() const;
  std::uint64_t stored_bytes() const;
  const Track* find_track(int number) const;  // nullptr: there is none
  const Track* track_at(Lba lba) const;       // the track whose stored sectors hold `lba`

  // One sector of 2352 bytes, whatever its storage: 2336-byte sectors get the sync and header that
  // belong to their LBA, 2048-byte ones are built as mode 1. Over track and file borders; returns
  // how many of `count` sectors came: fewer where the next one is not stored. `out` holds
  // count * 2352 bytes.
  std::int32_t read_sectors(Lba first, std::int32_t count, std::span<std::uint8_t> out) const;
};

// User data as a byte source: offset 0 is the user data of `first`, each sector gives 2048 bytes
// (of form 2: the first 2048). Sectors are read as found, without correction; those that are not
// stored or have no user data read as zeros. `disc` must outlive it.
std::unique_ptr<ByteSource> user_data_source(const Disc& disc, Lba first, std::int32_t sectors);

}  // namespace pregap
