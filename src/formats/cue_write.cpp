#include "formats/cue_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/text.h"
#include "formats/cue_mode.h"
#include "formats/cue_sessions.h"
#include "formats/wave.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

[[noreturn]] void throw_unsupported(const std::string& found, const std::string& expected) {
  throw Error(ErrorCode::unsupported, "cue sheet", fmt::format("{}, expected {}", found, expected));
}

std::string time_text(std::int32_t frames) {
  constexpr std::int32_t kHighest = 100 * kFramesPerMinute - 1;
  if (frames > kHighest) {
    throw_unsupported(fmt::format("{} sectors before an index", frames),
                      fmt::format("at most {} (99:59:74)", kHighest));
  }
  return fmt::format("{:02}:{:02}:{:02}", frames / kFramesPerMinute, frames / kFramesPerSecond % 60,
                     frames % kFramesPerSecond);
}

// A sheet has no way to write a quote or a line break inside quotes.
std::string quoted(std::string text) {
  std::ranges::replace(text, '"', '\'');
  std::ranges::replace_if(
      text, [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return '"' + text + '"';
}

// Numbers that are none of digits alone may hold blanks.
std::string code_text(const std::string& code) {
  return code.find_first_of(" \t\"\r\n") == std::string::npos ? code : quoted(code);
}

std::string name_of_file(const DiscFile& file) {
  const std::string name =
      (file.path.is_absolute() ? file.path.filename() : file.path).generic_string();
  const bool plain = printable(name, name.size() + 1) == name;
  if (!plain || name.empty() || name.find('"') != std::string::npos) {
    throw Error(
        ErrorCode::refused, name,
        "a file name with a quote, a control character or bytes that are no UTF-8, expected "
        "one that a cue sheet can hold");
  }
  return name;
}

std::string ending_of(const DiscFile& file) { return to_lower(file.path.extension().string()); }

// The type of a sound file; nothing for sectors. Programs that read FLAC look for WAVE.
std::optional<std::string_view> sound_type(const DiscFile& file) {
  struct Type {
    std::string_view encoding, ending, word;
  };
  static constexpr std::array<Type, 6> kTypes{{{"wave", ".wav", "WAVE"},
                                               {"flac", ".flac", "WAVE"},
                                               {"aiff", ".aiff", "AIFF"},
                                               {"aiff", ".aif", "AIFF"},
                                               {"mp3", ".mp3", "MP3"},
                                               {"ogg", ".ogg", "OGG"}}};
  for (const Type& type : kTypes) {
    const bool told = !file.encoding.empty();
    if (told ? file.encoding == type.encoding : ending_of(file) == type.ending) return type.word;
  }
  const bool packed = !file.containers.empty() && file.encoding == file.containers.back().kind;
  if (!file.encoding.empty() && !packed) return "WAVE";
  return std::nullopt;
}

std::string flags_text(const TrackFlags& flags) {
  std::string text;
  if (flags.copy_permitted) text += " DCP";
  if (flags.four_channel) text += " 4CH";
  if (flags.pre_emphasis) text += " PRE";
  if (flags.serial_copy_system) text += " SCMS";
  return text;
}

std::string mode_word(const Track& track) {
  const Storage storage = track.extents.empty() ? Storage::raw2352 : track.extents.front().storage;
  const auto word = cue_mode_word(track.type, storage, is_green_mode(track.declared_as));
  if (word) return std::string(*word);
  throw_unsupported(fmt::format("track {} of {} in {}", track.number, name_of(track.type),
                                storage == Storage::blank
                                    ? "no file"
                                    : fmt::format("sectors of {} bytes", stride_of(storage))),
                    "a mode that a cue sheet has a word for");
}

// Sessions and areas are written where they begin; such a line elsewhere would move every track.
bool is_structure(std::string_view remark) {
  const auto take_word = [&](std::string_view word) {
    remark.remove_prefix(std::min(remark.find_first_not_of(" \t"), remark.size()));
    if (!equal_ignoring_case(remark.substr(0, word.size()), word)) return false;
    remark.remove_prefix(word.size());
    return true;
  };
  return take_word("rem") &&
         (take_word("session") || take_word("single-density") || take_word("high-density"));
}

Lba behind(const Track& track) { return track.end_lba() + track.missing + track.unstored_postgap; }

// A run of a track's sectors in one file.
struct Piece {
  std::size_t file = 0;
  std::uint64_t offset = 0;
  bool swapped = false;
  Lba first;
  std::int32_t sectors = 0;
};

std::vector<Piece> pieces_of(const Track& track) {
  std::vector<Piece> pieces;
  for (const Extent& e : track.extents) {
    if (e.storage != track.extents.front().storage) {
      throw_unsupported(fmt::format("track {} of sectors of several sizes", track.number), "one");
    }
    const bool goes_on = !pieces.empty() && pieces.back().file == e.file &&
                         pieces.back().swapped == e.swapped &&
                         pieces.back().offset + static_cast<std::uint64_t>(pieces.back().sectors) *
                                                    stride_of(e.storage) ==
                             e.offset &&
                         pieces.back().first + pieces.back().sectors == e.first;
    if (goes_on) {
      pieces.back().sectors += e.sectors;
    } else {
      pieces.push_back({.file = e.file,
                        .offset = e.offset,
                        .swapped = e.swapped,
                        .first = e.first,
                        .sectors = e.sectors});
    }
  }
  return pieces;
}

class Writer {
 public:
  explicit Writer(const Disc& disc) : disc_(disc), keeps_remarks_(disc.format == "cue") {}

  std::string write() {
    write_head();
    for (std::size_t t = 0; t < disc_.tracks.size(); ++t) write_track(t);
    return std::move(text_);
  }

 private:
  void line(int indent, const std::string& text) {
    text_.append(static_cast<std::size_t>(indent), ' ');
    text_ += text;
    text_ += "\r\n";
  }

  void write_head() {
    const auto is_cdt = [](const DiscFile& file) { return ending_of(file) == ".cdt"; };
    const auto cdt = std::ranges::find_if(disc_.files, is_cdt);
    const bool has_cdt = cdt != disc_.files.end();
    for (const std::string& remark : disc_.remarks) {
      const bool replaced = has_cdt && remark.starts_with("CDTEXTFILE");
      if (keeps_remarks_ && !replaced) write_remark(0, remark);
    }
    if (!disc_.mcn.empty()) line(0, "CATALOG " + code_text(disc_.mcn));
    if (has_cdt) line(0, "CDTEXTFILE " + quoted(name_of_file(*cdt)));
    write_fields(0, disc_.text);
  }

  void write_remark(int indent, std::string remark) {
    if (is_structure(remark)) return;
    std::ranges::replace_if(
        remark, [](char c) { return c == '\r' || c == '\n'; }, ' ');
    line(indent, remark);
  }

  void write_fields(int indent, const TextFields& fields) {
    for (const auto& [name, value] : fields) {
      if (is_cue_text_field(name)) line(indent, name + ' ' + quoted(value));
    }
  }

  void write_track(std::size_t t) {
    const Track& track = disc_.tracks[t];
    const std::int32_t hole = write_session(t);
    std::vector<Piece> pieces = pieces_of(track);
    if (pieces.empty()) pieces.push_back({.file = file_for_empty(t), .first = track.start_lba()});
    open_file_of(track, pieces.front());
    line(2, fmt::format("TRACK {:02} {}", track.number, mode_word(track)));
    write_fields(4, track.text);
    if (const std::string flags = flags_text(track.flags); !flags.empty()) {
      line(4, "FLAGS" + flags);
    }
    if (!track.isrc.empty()) line(4, "ISRC " + code_text(track.isrc));
    if (keeps_remarks_) {
      for (const std::string& remark : track.remarks) write_remark(4, remark);
    }
    const std::int32_t pregap = track.unstored_pregap + hole;
    if (pregap > 0) line(4, "PREGAP " + time_text(pregap));
    for (std::size_t p = 0; p < pieces.size(); ++p) {
      if (p > 0) open_file_of(track, pieces[p]);
      write_indexes(track, pieces, p);
      time_[pieces[p].file] += pieces[p].sectors;
    }
    if (track.unstored_postgap > 0) line(4, "POSTGAP " + time_text(track.unstored_postgap));
  }

  // Says that a session begins, if one does. Returns how many sectors lie before the track that
  // belong to nothing.
  std::int32_t write_session(std::size_t t) {
    const Track& track = disc_.tracks[t];
    const Lba from = track.first_lba() - track.unstored_pregap;
    const Session* session = disc_.find_session(track.session);
    const Area area = session == nullptr ? Area::none : session->area;
    const bool in_place = area == Area::high_density && track.start_lba() == kHighDensityStart;
    if (t == 0) {
      const bool several = disc_.session_count() > 1 || track.session != 1;
      begin_session(track.session, area, several, std::nullopt);
      return in_place ? 0 : std::max(0, from - Lba(0));
    }
    const Track& before = disc_.tracks[t - 1];
    const std::int32_t gap = from - behind(before);
    if (gap < 0) {
      throw_unsupported(fmt::format("track {} begins {} before the one in front of it ends",
                                    track.number, counted(-gap, "sector")),
                        "tracks one behind the other");
    }
    if (track.session == before.session) return gap;
    if (!in_place) line(0, "REM LEAD-OUT " + time_text(parts_of(gap).lead_out));
    begin_session(track.session, area, true, in_place ? std::nullopt : std::optional(gap));
    return 0;
  }

  // The gap in three lengths, as redump has them.
  struct GapParts {
    std::int32_t lead_out = 0, lead_in = 0, pregap = 0;
  };
  static GapParts parts_of(std::int32_t gap) {
    const std::int32_t rest = gap - kLeadIn - kSessionPregap;
    if (rest < 0) return {.lead_out = gap};
    return {.lead_out = rest, .lead_in = kLeadIn, .pregap = kSessionPregap};
  }

  void begin_session(int number, Area area, bool several, std::optional<std::int32_t> gap) {
    const int usual = area == Area::high_density ? 2 : 1;
    if (area == Area::none ? several : number != usual) {
      line(0, fmt::format("REM SESSION {:02}", number));
    }
    if (area == Area::single_density) line(0, "REM SINGLE-DENSITY AREA");
    if (area == Area::high_density) line(0, "REM HIGH-DENSITY AREA");
    if (!gap) return;
    line(0, "REM LEAD-IN " + time_text(parts_of(*gap).lead_in));
    line(0, "REM PREGAP " + time_text(parts_of(*gap).pregap));
  }

  // An empty track lies where the one before ends, or where the next one that is not empty begins.
  std::size_t file_for_empty(std::size_t t) const {
    if (current_) return *current_;
    for (; t < disc_.tracks.size(); ++t) {
      if (!disc_.tracks[t].extents.empty()) return disc_.tracks[t].extents.front().file;
    }
    return 0;
  }

  void open_file_of(const Track& track, const Piece& piece) {
    if (piece.file >= disc_.files.size()) {
      throw_unsupported(fmt::format("track {} in no file", track.number), "sectors in files");
    }
    const DiscFile& file = disc_.files[piece.file];
    const std::optional<std::string_view> sound = sound_of(piece);
    require_next(track, piece, sound.has_value());
    const std::string_view type = sound ? *sound : piece.swapped ? "MOTOROLA" : "BINARY";
    const bool same_type = type == current_type_ || (!sound && track.is_data());
    if (current_ == piece.file && same_type) return;
    line(0, fmt::format("FILE {} {}", quoted(name_of_file(file)), type));
    current_ = piece.file;
    current_type_ = type;
  }

  // A file's name may not say that its samples lie behind a header.
  std::optional<std::string_view> sound_of(const Piece& piece) {
    const auto [at, is_new] = sound_.try_emplace(piece.file);
    if (!is_new) return at->second;
    const DiscFile& file = disc_.files[piece.file];
    at->second = sound_type(file);
    const bool behind_header = piece.sectors > 0 && piece.offset > 0 && file.bytes != nullptr;
    if (!at->second && behind_header && is_pcm_wave(*file.bytes)) at->second = "WAVE";
    return at->second;
  }

  // A sheet has times alone: each sector follows the one before from the file's beginning on.
  void require_next(const Track& track, const Piece& piece, bool sound) {
    if (piece.sectors == 0) return;
    const std::uint64_t stride = stride_of(track.extents.front().storage);
    const auto at = next_offset_.try_emplace(piece.file, sound ? piece.offset : 0).first;
    if (at->second != piece.offset) {
      throw_unsupported(fmt::format("track {} at byte {} of {}", track.number, piece.offset,
                                    name_of_file(disc_.files[piece.file])),
                        fmt::format("it at byte {}, behind what comes before", at->second));
    }
    at->second += static_cast<std::uint64_t>(piece.sectors) * stride;
  }

  void write_indexes(const Track& track, const std::vector<Piece>& pieces, std::size_t p) {
    const Piece& piece = pieces[p];
    const bool last = p + 1 == pieces.size();
    const Lba end = piece.first + piece.sectors;
    const std::int32_t start = time_[piece.file];
    int written = 0;
    const auto write_index = [&](int number, Lba lba) {
      line(4, fmt::format("INDEX {:02} {}", number, time_text(start + (lba - piece.first))));
      ++written;
    };
    if (p == 0 && (track.indexes.empty() || track.indexes.front().lba > piece.first)) {
      const bool only = track.indexes.empty();
      if (only || track.indexes.front().number > 0) write_index(only ? 1 : 0, piece.first);
    }
    for (const Index& index : track.indexes) {
      // What a short file lacks can't be pointed at, but every track has its first index.
      const bool first = p == 0 && index.lba == track.indexes.front().lba;
      const bool here = index.lba >= piece.first && index.lba < end;
      if (here || (first && last)) write_index(index.number, index.lba);
    }
    if (written == 0) {
      throw_unsupported(fmt::format("track {} goes on in {} without an index there", track.number,
                                    name_of_file(disc_.files[piece.file])),
                        "one");
    }
  }

  const Disc& disc_;
  bool keeps_remarks_;
  std::string text_;
  std::optional<std::size_t> current_;  // the file that the last FILE command named
  std::string_view current_type_;
  std::map<std::size_t, std::optional<std::string_view>> sound_;  // by file
  std::map<std::size_t, std::uint64_t> next_offset_;              // by file
  std::map<std::size_t, std::int32_t> time_;                      // by file
};

}  // namespace

bool is_cue_text_field(std::string_view name) {
  constexpr std::array<std::string_view, 12> kNames = {
      "TITLE",   "PERFORMER", "SONGWRITER", "COMPOSER",  "ARRANGER", "MESSAGE",
      "DISC_ID", "GENRE",     "TOC_INFO1",  "TOC_INFO2", "UPC_EAN",  "SIZE_INFO"};
  return std::ranges::find(kNames, name) != kNames.end();
}

std::string write_cue(const Disc& layout) { return Writer(layout).write(); }

}  // namespace pregap::formats
