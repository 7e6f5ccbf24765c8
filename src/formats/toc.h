// The table of contents that cdrdao reads and writes, as text: what it says, before any file is
// looked at. docs/formats/toc.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pregap/disc.h"

namespace pregap::formats {

enum class TocMode : std::uint8_t {
  audio,
  mode0,
  mode1,
  mode1_raw,
  mode2,
  mode2_raw,
  mode2_form1,
  mode2_form2,
  mode2_form_mix
};
enum class TocSubchannel : std::uint8_t { none, rw, rw_raw };

std::string_view name_of(TocMode mode) noexcept;                  // "AUDIO", "MODE1_RAW", ...
std::optional<TocMode> toc_mode(std::string_view word) noexcept;  // of a word in capitals
std::string_view name_of(TocSubchannel subchannel) noexcept;      // "", "RW", "RW_RAW"
TrackType type_of(TocMode mode) noexcept;
Storage storage_of(TocMode mode) noexcept;
// Bytes of a sector in a file.
std::uint32_t block_size(TocMode mode, TocSubchannel subchannel) noexcept;

// A length or position: in sectors where it was written as MM:SS:FF, else in samples (FILE,
// SILENCE) or bytes (the others).
struct TocAmount {
  std::int64_t number = 0;
  bool sectors = false;
};

// What a track's content is put together from, in its order.
struct TocPiece {
  enum class Kind : std::uint8_t { silence, zero, audio_file, data_file };
  Kind kind = Kind::silence;
  int line = 0;
  std::string name;                 // of a file, as written
  bool swap = false;                // FILE "..." SWAP
  std::uint64_t offset = 0;         // FILE "..." #offset, in bytes
  TocAmount start;                  // of FILE, behind the offset
  std::optional<TocAmount> length;  // nothing: to the file's end
  TocMode mode = TocMode::audio;    // of ZERO; else the track's
  TocSubchannel subchannel = TocSubchannel::none;
};

// START, END and INDEX: a place in a track.
struct TocMark {
  int line = 0;
  std::int32_t time = 0;             // sectors: from the track's first, of INDEX from its START
  std::optional<std::size_t> piece;  // in place of the time: behind so many pieces
};

struct TocTrack {
  TocMode mode = TocMode::audio;
  TocSubchannel subchannel = TocSubchannel::none;
  int line = 0;
  TrackFlags flags;
  std::string isrc;
  std::int32_t pregap = 0;  // PREGAP, sectors
  std::vector<TocPiece> pieces;
  std::optional<TocMark> start, end;
  std::vector<TocMark> indexes;      // 02, 03, ...
  std::vector<std::string> remarks;  // comments that have a line to themselves
};

struct TocSheet {
  std::string type;  // CD_DA, CD_ROM, CD_ROM_XA, CD_I; empty: it isn't said
  std::string catalog;
  int first_track = 1;
  std::vector<TocTrack> tracks;
  std::vector<CdTextBlock> text;     // by block number; tracks by their numbers
  std::vector<std::string> remarks;  // comments before the first statement and behind the last
  std::vector<Problem> problems;     // what was passed over or read against the letter
};

// `place` is the sheet's path, for messages. Throws Error(malformed) or Error(unsupported) at
// "PLACE:LINE:COLUMN", or at "PLACE" for what is no such text at all.
TocSheet parse_toc(std::string_view text, const std::string& place);

// The text for a layout (Format::write). Lines end in LF, as cdrdao's own.
std::string write_toc(const Disc& layout);

}  // namespace pregap::formats
