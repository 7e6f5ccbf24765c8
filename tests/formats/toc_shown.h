// TOCs as text, so that a test shows all of one in one comparison.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "formats/toc.h"
#include "pregap/disc.h"

namespace pregap::test {

inline std::string toc_time(std::int64_t sectors) {
  return fmt::format("{:02}:{:02}:{:02}", sectors / 4500, sectors / 75 % 60, sectors % 75);
}

inline std::string shown(const formats::TocAmount& amount) {
  return amount.sectors ? toc_time(amount.number) : fmt::format("{}", amount.number);
}

inline std::string shown(const formats::TocMark& mark) {
  return mark.piece ? fmt::format("behind {}", *mark.piece) : toc_time(mark.time);
}

inline std::string shown(const formats::TocPiece& piece) {
  using Kind = formats::TocPiece::Kind;
  std::string out;
  switch (piece.kind) {
    case Kind::silence:
      out = "silence";
      break;
    case Kind::zero:
      out = fmt::format("zero {}{}", name_of(piece.mode), name_of(piece.subchannel));
      break;
    case Kind::audio_file:
    case Kind::data_file:
      out = fmt::format("{} {}{}#{}", piece.kind == Kind::audio_file ? "audio" : "data", piece.name,
                        piece.swap ? " swap " : " ", piece.offset);
      if (piece.kind == Kind::audio_file) out += " from " + shown(piece.start);
      break;
  }
  return out + (piece.length ? " " + shown(*piece.length) : " to its end");
}

// "MODE1 RW: DCP isrc=... pregap=00:02:00 [silence 00:01:00; ...] start ... end ... 00:05:00"
inline std::string shown(const formats::TocTrack& track) {
  std::string out{name_of(track.mode)};
  if (track.subchannel != formats::TocSubchannel::none) {
    out += fmt::format(" {}", name_of(track.subchannel));
  }
  if (track.flags.copy_permitted) out += " DCP";
  if (track.flags.four_channel) out += " 4CH";
  if (track.flags.pre_emphasis) out += " PRE";
  if (!track.isrc.empty()) out += " isrc=" + track.isrc;
  if (track.pregap > 0) out += " pregap=" + toc_time(track.pregap);
  out += " [";
  for (const formats::TocPiece& piece : track.pieces) {
    out += (out.back() == '[' ? "" : "; ") + shown(piece);
  }
  out += "]";
  if (track.start) out += " start " + shown(*track.start);
  if (track.end) out += " end " + shown(*track.end);
  for (const formats::TocMark& mark : track.indexes) out += " " + shown(mark);
  for (const std::string& remark : track.remarks) out += " " + remark;
  return out;
}

inline std::string shown(const TextFields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    out += fmt::format("{}{}={}", out.empty() ? "" : " ", name, value);
  }
  return out;
}

// "0 language 9 code 0: TITLE=... | 1: TITLE=..."
inline std::string shown(const CdTextBlock& block) {
  std::string out = fmt::format("{} language {} code {}: {}", block.number, block.language,
                                block.character_code, shown(block.disc));
  for (const auto& [track, fields] : block.tracks) {
    out += fmt::format(" | {}: {}", track, shown(fields));
  }
  return out;
}

// A line each: type, catalog and first track, the remarks, the blocks of CD-Text, the tracks.
inline std::string shown(const formats::TocSheet& sheet) {
  std::string out = fmt::format("{} {} {}\n", sheet.type, sheet.catalog, sheet.first_track);
  for (const std::string& remark : sheet.remarks) out += remark + "\n";
  for (const CdTextBlock& block : sheet.text) out += shown(block) + "\n";
  for (const formats::TocTrack& track : sheet.tracks) out += shown(track) + "\n";
  return out;
}

inline std::string toc_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

inline std::string show_toc_text(const TextFields& fields, const char* isrc) {
  std::string out;
  for (const auto& [name, value] : fields) {
    out += fmt::format("          {} \"{}\"\n", name == "ISRC" ? isrc : name, toc_escaped(value));
  }
  return out;
}

enum class WithText { no, yes };

// What `cdrdao show-toc` prints of a TOC, but for empty lines; with CD-Text as versions from 1.2.5
// on do. `type` is the sheet's word.
inline std::string show_toc(const Disc& disc, const std::string& type, WithText with_text) {
  std::string out = fmt::format("TOC TYPE: {}\n", type.empty() ? "CD_DA" : type);
  if (!disc.mcn.empty()) out += fmt::format("CATALOG NUMBER: {}\n", disc.mcn);
  const bool text = with_text == WithText::yes;
  for (const CdTextBlock& block : disc.cd_text) {
    if (text) out += show_toc_text(block.disc, "UPC_EAN");
  }
  const auto line = [&](const char* word, Lba at, std::int64_t shown) {
    out += fmt::format("          {:<6} {}({:6})\n", word, toc_time(at.value), shown);
  };
  int shown_number = 0;
  for (const Track& t : disc.tracks) {
    out += fmt::format("TRACK {:2}  Mode {}:\n", ++shown_number, t.declared_as);
    if (t.isrc.size() == 12 && t.declared == TrackType::audio) {
      out += fmt::format("          ISRC {} {} {} {}\n", t.isrc.substr(0, 2), t.isrc.substr(2, 3),
                         t.isrc.substr(5, 2), t.isrc.substr(7));
    }
    out += fmt::format("          COPY {}PERMITTED\n", t.flags.copy_permitted ? "" : "NOT ");
    if (t.declared == TrackType::audio) {
      out += fmt::format("          {}PRE-EMPHASIS\n", t.flags.pre_emphasis ? "" : "NO ");
      out += fmt::format("          {} CHANNEL AUDIO\n", t.flags.four_channel ? "FOUR" : "TWO");
    }
    const std::int32_t pregap = t.start_lba() - (t.first_lba() - t.unstored_pregap);
    if (pregap > 0) line("PREGAP", Lba(pregap), pregap);
    line("START", t.start_lba(), t.start_lba().value);
    for (const Index& index : t.indexes) {
      if (index.number < 2) continue;
      line(fmt::format("INDEX {:2}", index.number).c_str(), index.lba, index.lba.value);
    }
    const Lba end = t.end_lba() + t.missing + t.unstored_postgap;
    line("END", end, end.value);
    for (const CdTextBlock& block : disc.cd_text) {
      const auto fields = block.tracks.find(t.number);
      if (text && fields != block.tracks.end()) out += show_toc_text(fields->second, "UPC_EAN");
    }
  }
  return out;
}

// Lines that are not empty, without what cdrdao says of itself, of short tracks and odd files.
inline std::string shown_by_cdrdao(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const bool noise =
        line.empty() || line.starts_with("Cdrdao version") || line.starts_with("WARNING: ");
    if (noise) continue;
    out += line + "\n";
  }
  std::string::size_type star;
  while ((star = out.find("END* ")) != std::string::npos) out.replace(star, 5, "END  ");
  return out;
}

}  // namespace pregap::test
