#include "formats/cue_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

std::string time_text(std::int32_t frames) {
  constexpr std::int32_t kHighest = 100 * kFramesPerMinute - 1;
  if (frames > kHighest) {
    throw Error(ErrorCode::unsupported, "cue sheet",
                fmt::format("{} sectors before an index, expected at most {} (99:59:74)", frames,
                            kHighest));
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

class Writer {
 public:
  void line(int indent, const std::string& text) {
    text_.append(static_cast<std::size_t>(indent), ' ');
    text_ += text;
    text_ += "\r\n";
  }
  void fields(int indent, const TextFields& fields) {
    for (const auto& [name, value] : fields) line(indent, name + ' ' + quoted(value));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Sessions are written where they begin; a copy of the line at the top would move every track.
bool is_session_remark(std::string_view remark) {
  const auto take_word = [&](std::string_view word) {
    remark.remove_prefix(std::min(remark.find_first_not_of(" \t"), remark.size()));
    if (!equal_ignoring_case(remark.substr(0, word.size()), word)) return false;
    remark.remove_prefix(word.size());
    return true;
  };
  return take_word("rem") && take_word("session");
}

std::string flags_text(const TrackFlags& flags) {
  std::string text;
  if (flags.copy_permitted) text += " DCP";
  if (flags.four_channel) text += " 4CH";
  if (flags.pre_emphasis) text += " PRE";
  if (flags.serial_copy_system) text += " SCMS";
  return text;
}

void write_track(Writer& out, const Track& track, const std::string& mode, std::int32_t file_start,
                 bool with_session) {
  if (with_session) out.line(0, fmt::format("REM SESSION {:02}", track.session));
  out.line(2, fmt::format("TRACK {:02} {}", track.number, mode));
  out.fields(4, track.text);
  if (const std::string flags = flags_text(track.flags); !flags.empty()) {
    out.line(4, "FLAGS" + flags);
  }
  if (!track.isrc.empty()) out.line(4, "ISRC " + track.isrc);
  if (track.unstored_pregap > 0) out.line(4, "PREGAP " + time_text(track.unstored_pregap));
  for (const Index& index : track.indexes) {
    // What a short file lacks can't be pointed at, but every track has its first index.
    if (index.lba >= track.end_lba() && index.lba != track.indexes.front().lba) continue;
    out.line(4, fmt::format("INDEX {:02} {}", index.number,
                            time_text(file_start + (index.lba - track.first_lba()))));
  }
  if (track.unstored_postgap > 0) out.line(4, "POSTGAP " + time_text(track.unstored_postgap));
}

}  // namespace

std::string write_cue(const Disc& disc, const std::string& bin_name,
                      const std::vector<std::string>& mode_words) {
  const bool plain = printable(bin_name, bin_name.size() + 1) == bin_name;
  if (!plain || bin_name.find('"') != std::string::npos) {
    throw Error(
        ErrorCode::refused, bin_name,
        "a file name with a quote, a control character or bytes that are no UTF-8, expected "
        "one that a cue sheet can hold");
  }
  Writer out;
  for (const std::string& remark : disc.remarks) {
    if (!is_session_remark(remark)) out.line(0, remark);
  }
  if (!disc.mcn.empty()) out.line(0, "CATALOG " + disc.mcn);
  out.fields(0, disc.text);
  out.line(0, "FILE " + quoted(bin_name) + " BINARY");
  std::int32_t file_start = 0;
  int session = disc.session_count() > 1 ? 0 : 1;
  for (std::size_t t = 0; t < disc.tracks.size(); ++t) {
    const Track& track = disc.tracks[t];
    write_track(out, track, mode_words[t], file_start, track.session != session);
    session = track.session;
    file_start += track.stored_sectors();
  }
  return out.take();
}

}  // namespace pregap::formats
