// The statements of a track: its mode and flags, the data that it is put together from, its marks.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "formats/toc_parser.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr int kLastTrack = 99;
constexpr std::size_t kMostIndexes = 98;  // 02 to 99
constexpr std::size_t kMostPieces = 9999;

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_nothing(const TocAmount& amount) { return amount.number == 0; }

}  // namespace

const TocParser::Statement* TocParser::find_statement(const TocToken& word) {
  static constexpr std::array<Statement, 18> kStatements{{
      {"TRACK", 0, &TocParser::read_track},
      {"ISRC", 1, &TocParser::read_isrc},
      {"NO", 1, &TocParser::read_no},
      {"COPY", 1, &TocParser::read_flag},
      {"PRE_EMPHASIS", 1, &TocParser::read_flag},
      {"TWO_CHANNEL_AUDIO", 1, &TocParser::read_flag},
      {"FOUR_CHANNEL_AUDIO", 1, &TocParser::read_flag},
      {"CD_TEXT", 2, &TocParser::read_track_cd_text},
      {"PREGAP", 3, &TocParser::read_pregap},
      {"SILENCE", 4, &TocParser::read_silence},
      {"ZERO", 4, &TocParser::read_zero},
      {"FILE", 4, &TocParser::read_audio_file},
      {"AUDIOFILE", 4, &TocParser::read_audio_file},
      {"DATAFILE", 4, &TocParser::read_data_file},
      {"FIFO", 4, &TocParser::read_fifo},
      {"START", 4, &TocParser::read_start},
      {"END", 4, &TocParser::read_end},
      {"INDEX", 5, &TocParser::read_index},
  }};
  if (word.kind != TocToken::Kind::word) return nullptr;
  const auto* found = std::ranges::find(kStatements, std::string_view(word.text), &Statement::name);
  return found == kStatements.end() ? nullptr : found;
}

void TocParser::read_track(const TocToken& word) {
  if (static_cast<int>(sheet_.tracks.size()) + sheet_.first_track > kLastTrack) {
    fail(word, "a track beyond the 99th, expected at most 99");
  }
  if (!sheet_.tracks.empty() && sheet_.tracks.back().pieces.empty()) {
    fail(word, fmt::format("TRACK, expected the data of the one that begins in line {}",
                           sheet_.tracks.back().line));
  }
  TocTrack track;
  track.line = word.line;
  read_modes(track);
  sheet_.tracks.push_back(std::move(track));
  rank_ = 0;
}

void TocParser::read_modes(TocTrack& track) {
  const std::optional<TocMode> mode =
      token_.kind == TocToken::Kind::word ? toc_mode(token_.text) : std::nullopt;
  if (!mode) {
    fail(token_, fmt::format("track mode {}, expected AUDIO, MODE0, MODE1, MODE1_RAW, MODE2, "
                             "MODE2_RAW, MODE2_FORM1, MODE2_FORM2 or MODE2_FORM_MIX",
                             shown(token_)));
  }
  take();
  track.mode = *mode;
  if (token_.is_word("RW")) track.subchannel = TocSubchannel::rw;
  if (token_.is_word("RW_RAW")) track.subchannel = TocSubchannel::rw_raw;
  if (track.subchannel != TocSubchannel::none) take();
}

void TocParser::read_isrc(const TocToken& word) {
  if (token_.kind != TocToken::Kind::string) {
    return warn(word, "sheet.isrc", "ISRC without a code, expected 12 characters in quotes");
  }
  if (!track().isrc.empty()) warn(word, "sheet.isrc", "second ISRC, taken instead of the first");
  const TocToken written = take();
  std::string code = to_upper(written.text);
  std::erase(code, '-');
  const bool sound = code.size() == 12 && is_digits(std::string_view(code).substr(5)) &&
                     std::all_of(code.begin(), code.begin() + 5, [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                     });
  if (!sound) {
    warn(written, "sheet.isrc",
         fmt::format("ISRC {}, expected 5 letters or digits and 7 digits", shown(written)));
  }
  track().isrc = sound ? std::move(code) : printable(written.text);
}

void TocParser::read_no(const TocToken&) {
  if (!token_.is_word("COPY") && !token_.is_word("PRE_EMPHASIS")) {
    fail(token_, fmt::format("NO {}, expected NO COPY or NO PRE_EMPHASIS", shown(token_)));
  }
  const bool copy = take().text == "COPY";
  (copy ? track().flags.copy_permitted : track().flags.pre_emphasis) = false;
}

void TocParser::read_flag(const TocToken& word) {
  TrackFlags& flags = track().flags;
  if (word.text == "COPY") {
    flags.copy_permitted = true;
  } else if (word.text == "PRE_EMPHASIS") {
    flags.pre_emphasis = true;
  } else {
    flags.four_channel = word.text == "FOUR_CHANNEL_AUDIO";
  }
}

void TocParser::read_track_cd_text(const TocToken&) { read_cd_text(); }

void TocParser::read_pregap(const TocToken& word) {
  if (track().start || track().pregap > 0) {
    fail(word, "PREGAP after the track's START or PREGAP, expected one of them");
  }
  if (!track().pieces.empty()) {
    fail(word, "PREGAP behind the track's data, expected before it",
         "START MM:SS:FF says how much of the data is the pregap");
  }
  const TocToken at = token_;
  track().pregap = take_time();
  if (track().pregap == 0) warn(at, "sheet.index", "a pregap of no length passed over");
}

TocMark TocParser::take_mark(int line) {
  if (token_.kind == TocToken::Kind::number) {
    return {.line = line, .time = take_time(), .piece = {}};
  }
  return {.line = line, .time = 0, .piece = track().pieces.size()};
}

void TocParser::read_start(const TocToken& word) {
  if (track().start || track().pregap > 0) {
    fail(word, "START after the track's START or PREGAP, expected one of them");
  }
  track().start = take_mark(word.line);
}

void TocParser::read_end(const TocToken& word) {
  if (track().end) fail(word, "second END of the track, expected one");
  track().end = take_mark(word.line);
}

void TocParser::read_index(const TocToken& word) {
  TocTrack& track = this->track();
  const TocToken at = token_;
  const std::int32_t time = take_time();
  if (track.indexes.size() == kMostIndexes) {
    fail(word, "an index beyond the 99th, expected at most 99");
  }
  if (!track.indexes.empty() && time < track.indexes.back().time) {
    fail(at, "INDEX before the one before it, expected rising times");
  }
  if (time == 0 || (!track.indexes.empty() && time == track.indexes.back().time)) {
    warn(at, "sheet.index",
         fmt::format("INDEX {:02} at the time of the one before it", track.indexes.size() + 2));
  }
  track.indexes.push_back({.line = word.line, .time = time, .piece = {}});
}

TocPiece& TocParser::add_piece(TocPiece::Kind kind, const TocToken& word) {
  if (++pieces_ > kMostPieces) {
    fail(word, fmt::format("more than {} pieces of data, expected at most those", kMostPieces));
  }
  track().pieces.push_back({.kind = kind,
                            .line = word.line,
                            .name = {},
                            .start = {},
                            .length = {},
                            .mode = track().mode,
                            .subchannel = track().subchannel});
  return track().pieces.back();
}

void TocParser::read_silence(const TocToken& word) {
  const TocToken at = token_;
  const TocAmount length = take_amount();
  if (is_nothing(length)) return warn(at, "sheet.syntax", "SILENCE of no length passed over");
  TocPiece& piece = add_piece(TocPiece::Kind::silence, word);
  piece.length = length;
  if (type_of(track().mode) == TrackType::audio) return;
  if (!length.sectors) fail(at, "samples of SILENCE in a data track, expected MM:SS:FF");
  warn(word, "sheet.syntax", "SILENCE in a data track, taken as ZERO");
  piece.kind = TocPiece::Kind::zero;
}

void TocParser::read_zero(const TocToken& word) {
  TocMode mode = track().mode;
  TocSubchannel subchannel = track().subchannel;
  if (token_.kind == TocToken::Kind::word) {
    if (const std::optional<TocMode> given = toc_mode(token_.text)) {
      mode = *given;
      take();
    }
  }
  if (token_.is_word("RW") || token_.is_word("RW_RAW")) {
    subchannel = take().text == "RW" ? TocSubchannel::rw : TocSubchannel::rw_raw;
  }
  const TocToken at = token_;
  const TocAmount length = take_amount();
  if (is_nothing(length)) return warn(at, "sheet.syntax", "ZERO of no length passed over");
  if (type_of(mode) != type_of(track().mode)) {
    warn(word, "sheet.syntax",
         fmt::format("ZERO {} in a track of {}, taken as the track's", name_of(mode),
                     name_of(track().mode)));
  }
  TocPiece& piece = add_piece(TocPiece::Kind::zero, word);
  piece.length = length;
  piece.mode = mode;
  piece.subchannel = subchannel;
}

std::string TocParser::take_name() {
  const TocToken at = token_;
  std::string name = take(TocToken::Kind::string, "a file name in quotes").text;
  if (name.empty()) fail(at, "an empty name, expected a file's");
  if (name == "-") fail(at, "\"-\" for standard input, expected a file's name");
  return name;
}

std::uint64_t TocParser::take_offset() {
  if (!token_.is_sign('#')) return 0;
  take();
  return static_cast<std::uint64_t>(take_number("an offset in bytes"));
}

// cdrdao allows FILE in audio tracks only; libcdio's own sheets have it in data tracks, with times.
void TocParser::read_audio_file(const TocToken& word) {
  std::string name = take_name();
  TocPiece& piece = add_piece(TocPiece::Kind::audio_file, word);
  piece.name = std::move(name);
  if (token_.is_word("SWAP")) {
    take();
    piece.swap = true;
  }
  piece.offset = take_offset();
  const TocToken at = token_;
  piece.start = take_amount();
  if (token_.kind == TocToken::Kind::number) {
    const TocAmount length = take_amount();
    if (!is_nothing(length)) piece.length = length;
  }
  if (track().mode == TocMode::audio && track().subchannel == TocSubchannel::none) return;
  const bool in_samples = (!piece.start.sectors && !is_nothing(piece.start)) ||
                          (piece.length && !piece.length->sectors);
  if (in_samples) {
    fail(at, fmt::format("samples in a track of {}, expected MM:SS:FF", name_of(track().mode)));
  }
  warn(word, "sheet.syntax",
       fmt::format("{} in a track of {}{}{}, read as DATAFILE", word.text, name_of(track().mode),
                   track().subchannel == TocSubchannel::none ? "" : " ",
                   name_of(track().subchannel)));
}

void TocParser::read_data_file(const TocToken& word) {
  std::string name = take_name();
  TocPiece& piece = add_piece(TocPiece::Kind::data_file, word);
  piece.name = std::move(name);
  piece.offset = take_offset();
  if (token_.kind != TocToken::Kind::number) return;
  const TocAmount length = take_amount();
  if (!is_nothing(length)) piece.length = length;
}

void TocParser::read_fifo(const TocToken& word) {
  throw Error(ErrorCode::unsupported, fmt::format("{}:{}:{}", place_, word.line, word.column),
              "FIFO, a pipe, expected FILE or DATAFILE");
}

}  // namespace pregap::formats
