// A disc image as one model: sessions, tracks, indexes, and where each stored sector lies. Every
// format reads into it.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pregap/address.h"
#include "pregap/bytes.h"
#include "pregap/container.h"
#include "pregap/problem.h"
#include "pregap/sector.h"

namespace pregap {

// How a track's sectors are stored in their file.
enum class Storage : std::uint8_t {
  raw2352,     // whole sectors
  raw2368,     // whole sectors, each followed by 16 bytes: Q of the sub-channel
  raw2448,     // whole sectors, each followed by 96 bytes of sub-channel
  xa2336,      // modes 0 and 2 from byte 16 on: no sync, no header
  user2048,    // user data alone, of mode 1 or form 1: nothing in it can be checked
  form2_2324,  // user data alone, of form 2
  blank,       // in no file: zeros, digital silence in audio
};
// Bytes from one sector to the next; 0 of blank ones.
std::uint32_t stride_of(Storage storage) noexcept;
bool has_whole_sectors(Storage storage) noexcept;   // raw2352, raw2368, raw2448
bool has_user_data_only(Storage storage) noexcept;  // user2048, form2_2324, blank

enum class TrackType : std::uint8_t { audio, mode0, mode1, mode2 };
std::string_view name_of(TrackType type) noexcept;  // "audio", "mode0", "mode1", "mode2"

inline constexpr std::size_t kNoFile = std::numeric_limits<std::size_t>::max();

// A run of sectors that lie one behind the other in one file.
struct Extent {
  std::size_t file = 0;      // index into Disc::files; kNoFile of blank ones
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

// CD-Text of the disc or a track: the cue command's name in capitals ("TITLE", "PERFORMER",
// "SONGWRITER", "COMPOSER", "ARRANGER", "MESSAGE", "DISC_ID", "GENRE", "UPC_EAN", "ISRC", ...) and
// its text in UTF-8.
using TextFields = std::vector<std::pair<std::string, std::string>>;

// MMC-6, CD-Text: type, track, sequence, block and position, 12 bytes of text, CRC.
using CdTextPack = std::array<std::uint8_t, 18>;

// One language of CD-Text.
struct CdTextBlock {
  int number = 0;                   // 0-7
  std::uint8_t language = 0x09;     // EBU Tech 3264: 09 English
  std::uint8_t character_code = 0;  // 00 ISO 8859-1, 01 ISO 646, 80 MS-JIS
  std::uint8_t copyright = 0;       // as in the size information: 0, or 3 where text is protected
  TextFields disc;
  std::map<int, TextFields> tracks;  // by track number
  bool operator==(const CdTextBlock&) const = default;
};

// The order of a sector's sub-channel bytes.
enum class SubchannelOrder : std::uint8_t {
  linear,       // 12 bytes of P, then of Q, ... W
  interleaved,  // 96 bytes, each with a bit of every channel, P the highest
  q_only,       // 12 bytes of Q, 4 of filling
  rw_packs,     // R-W as decoded packs, without P and Q
};

// Sub-channel of a run of sectors: behind each of them in the image, or in a file of its own.
struct SubchannelRun {
  std::size_t file = 0;       // index into Disc::files
  std::uint64_t offset = 0;   // of the first sector's sub-channel, in bytes
  std::uint32_t stride = 96;  // bytes from one sector's to the next
  SubchannelOrder order = SubchannelOrder::linear;
  Lba first;
  std::int32_t sectors = 0;
};

// A Q frame that the disc has at an address in place of the regular one: of copy protection.
struct QPatch {
  Lba lba;
  std::array<std::uint8_t, 12> q{};  // with its CRC
};

// An entry of the full TOC (MMC-6, READ TOC/PMA/ATIP format 0010b), numbers in binary.
struct TocEntry {
  std::uint8_t session = 1, adr = 1, control = 0, tno = 0, point = 0;
  std::uint8_t min = 0, sec = 0, frame = 0, zero = 0, pmin = 0, psec = 0, pframe = 0;
  bool operator==(const TocEntry&) const = default;
};

enum class DiscType : std::uint8_t { cd_da_or_rom = 0x00, cd_i = 0x10, cd_xa = 0x20 };

enum class Area : std::uint8_t { none, single_density, high_density };  // of a GD-ROM

struct Session {
  int number = 1;
  DiscType type = DiscType::cd_da_or_rom;
  Area area = Area::none;
  Lba lead_out;  // as the descriptor has it, or behind the last track
  std::optional<int> pregap_mode, pregap_subchannel;  // CloneCD's PreGapMode and PreGapSubC
  std::vector<std::string> remarks;                   // as in Disc
};

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
  std::vector<Extent> extents;       // in order of LBA, none of them empty
  std::int32_t missing = 0;          // sectors that should be there but lie past the file's end
  std::vector<std::string> remarks;  // as in Disc, among the track's lines
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
  std::shared_ptr<const ByteSource> bytes;  // decoded, where the file is encoded
  // "flac", "mp3", "gzip", ...; empty: the bytes are the file's.
  std::string encoding{};
  std::vector<Container> containers{};  // what it is packed in, outermost first
};

struct Disc {
  std::string format;          // "cue", "ccd", "raw", ...
  std::string dialect;         // which of the format's dialects, where there are several
  std::filesystem::path path;  // the descriptor, or the image itself
  std::vector<DiscFile> files;
  std::vector<Track> tracks;  // rising by LBA
  std::string mcn;            // CATALOG; empty where there is none
  TextFields text;
  // Lines of the descriptor that pregap doesn't know, as found; written back to the same format.
  std::vector<std::string> remarks;
  std::vector<Problem> problems;

  std::vector<Session> sessions;  // rising; after opening, one for every session of the tracks
  std::vector<TocEntry> toc;      // the full TOC where the source has it, in its order
  std::vector<CdTextPack> cd_text_packs;  // where the source has them, as stored
  std::vector<CdTextBlock> cd_text;  // every language, where the source has languages; `text` of
                                     // disc and tracks is the first one's
  std::vector<SubchannelRun> subchannel;  // rising by LBA
  std::vector<QPatch> q_patches;          // from .sbi and .lsd files, rising by LBA

  int session_count() const;                      // of the tracks
  const Session* find_session(int number) const;  // nullptr: there is none
  std::int64_t stored_sectors() const;
  std::uint64_t stored_bytes() const;
  const Track* find_track(int number) const;  // nullptr: there is none
  const Track* track_at(Lba lba) const;       // the track whose stored sectors hold `lba`

  // One sector of 2352 bytes, whatever its storage: 2336-byte sectors get the sync and header that
  // belong to their LBA, 2048-byte ones are built as mode 1 or form 1, blank ones around zeros.
  // Over track and file borders; returns how many of `count` sectors came: fewer where the next one
  // is not stored. `out` holds count * 2352 bytes.
  std::int32_t read_sectors(Lba first, std::int32_t count, std::span<std::uint8_t> out) const;

  // Sub-channel as 96 bytes a sector, linear (12 bytes of P, of Q, ... W), whatever its order in
  // the source; only Q where there is no more. Returns how many of `count` sectors came: fewer
  // where the next one has none. `out` holds count * 96 bytes.
  std::int32_t read_subchannel(Lba first, std::int32_t count, std::span<std::uint8_t> out) const;
};

// User data as a byte source: offset 0 is the user data of `first`, each sector gives 2048 bytes
// (of form 2: the first 2048). Sectors are read as found, without correction; those that are not
// stored or have no user data read as zeros. `disc` must outlive it.
std::unique_ptr<ByteSource> user_data_source(const Disc& disc, Lba first, std::int32_t sectors);

}  // namespace pregap
