#include "formats/ccd_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "disc/cd_text.h"
#include "disc/toc.h"
#include "formats/ccd_parser.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

int mode_of(const Track& track) {
  switch (track.type) {
    case TrackType::audio:
      return 0;
    case TrackType::mode2:
      return 2;
    case TrackType::mode0:
    case TrackType::mode1:
      break;
  }
  return 1;
}

// Lines that pregap doesn't know, by the section they stand in.
class Remarks {
 public:
  explicit Remarks(const std::vector<std::string>& remarks) {
    std::string section = "DISC";  // lines before the first header
    for (const std::string& line : remarks) {
      if (line.starts_with('[')) {
        section = key_of(line);
        order_.emplace_back(section, line);
        lines_[section];
      } else {
        lines_[section].push_back(line);
      }
    }
  }

  std::vector<std::string> take(const std::string& header) {
    const auto at = lines_.find(key_of(header));
    if (at == lines_.end()) return {};
    std::vector<std::string> lines = std::move(at->second);
    lines_.erase(at);
    return lines;
  }

  // Sections of their own: header and lines. What is left of known ones has lost its place.
  std::vector<std::string> take_rest() {
    std::vector<std::string> result;
    for (const auto& [section, header] : order_) {
      const auto at = lines_.find(section);
      if (at == lines_.end() || section.starts_with("ENTRY ")) continue;
      result.push_back(header);
      std::ranges::move(at->second, std::back_inserter(result));
      lines_.erase(at);
    }
    return result;
  }

 private:
  static std::string key_of(std::string_view header) {
    header.remove_prefix(1);  // the bracket
    const CcdName name = parse_ccd_name(header.substr(0, header.find(']')));
    return name.number ? fmt::format("{} {}", name.word, *name.number) : name.word;
  }

  std::map<std::string, std::vector<std::string>> lines_;
  std::vector<std::pair<std::string, std::string>> order_;
};

class Writer {
 public:
  explicit Writer(const Disc& disc)
      : disc_(disc),
        place_(disc.path.string()),
        remarks_(disc.format == "ccd" ? disc.remarks : std::vector<std::string>{}) {}

  std::string write() {
    require_layout();
    choose_toc();
    packs_ = cd_text_packs_of(disc_, place_).packs;
    section("[CloneCD]", {"Version=3"});
    write_disc();
    if (!packs_.empty()) write_cd_text();
    for (const auto& [number, tracks] : sessions_) write_session(number, *tracks.front());
    for (std::size_t i = 0; i < toc_.size(); ++i) write_entry(i);
    for (const auto& [number, tracks] : sessions_) {
      for (const Track* track : tracks) write_track(*track);
    }
    for (const std::string& line : remarks_.take_rest()) add(line);
    return std::move(text_);
  }

 private:
  [[noreturn]] void refuse_layout(const std::string& found, const std::string& expected) const {
    throw Error(ErrorCode::unsupported, place_, fmt::format("{}, expected {}", found, expected));
  }

  // The image must hold a session's sectors from its first to its lead-out, and nothing else.
  void require_layout() {
    if (disc_.tracks.empty()) refuse_layout("no tracks", "one for a CloneCD image at least");
    std::set<std::size_t> images;
    for (const Track& track : disc_.tracks) {
      for (const Extent& extent : track.extents) images.insert(extent.file);
    }
    if (images.size() != 1) {
      refuse_layout(counted(static_cast<long long>(images.size()), "file"),
                    "one image for all sectors of a CloneCD image");
    }
    std::uint64_t offset = 0;
    const Track* before = nullptr;
    for (const Track& track : disc_.tracks) {
      const bool begins_session = before == nullptr || track.session != before->session;
      if (begins_session) {
        if (before != nullptr) require_lead_out(*before);
        if (before != nullptr && track.session < before->session) {
          refuse_layout(fmt::format("session {} behind session {}", track.session, before->session),
                        "rising sessions");
        }
      } else if (track.first_lba() != before->end_lba() || track.number <= before->number) {
        refuse_layout(fmt::format("track {} from LBA {} behind track {} up to LBA {}", track.number,
                                  track.first_lba().value, before->number, before->end_lba().value),
                      "a session's tracks by number, each right behind the other");
      }
      require_extents(track, offset);
      sessions_[track.session].push_back(&track);
      before = &track;
    }
    require_lead_out(*before);
  }

  void require_extents(const Track& track, std::uint64_t& offset) const {
    if (track.number < 1 || track.number > kLastTrackPoint || track.extents.empty() ||
        track.sectors() < 1) {
      refuse_layout(
          fmt::format("track {} with {}", track.number, counted(track.sectors(), "sector")),
          "tracks 1 to 99 with one at least");
    }
    Lba next = track.first_lba();
    for (const Extent& extent : track.extents) {
      if (extent.storage != Storage::raw2352 || extent.swapped || extent.offset != offset ||
          extent.first != next) {
        refuse_layout(
            fmt::format("sectors of {} bytes at byte {} from LBA {} in track {}",
                        stride_of(extent.storage), extent.offset, extent.first.value, track.number),
            fmt::format("2352-byte ones at byte {} from LBA {}", offset, next.value));
      }
      offset += static_cast<std::uint64_t>(extent.sectors) * kSectorSize;
      next = next + extent.sectors;
    }
  }

  void require_lead_out(const Track& last) const {
    const Session* session = disc_.find_session(last.session);
    if (session == nullptr || session->lead_out == last.end_lba()) return;
    refuse_layout(fmt::format("session {} with its last sector before LBA {} and its lead-out at "
                              "LBA {}",
                              last.session, last.end_lba().value, session->lead_out.value),
                  "no gap between them");
  }

  void choose_toc() {
    toc_ = disc_.toc;
    sort_toc(toc_);
    const std::vector<TocDifference> differences = compare_toc(disc_, toc_);
    if (std::ranges::any_of(differences, &TocDifference::of_layout)) toc_ = make_full_toc(disc_);
    entries_in_order_ = toc_ == disc_.toc;
  }

  void add(std::string_view line) {
    text_ += line;
    text_ += "\r\n";
  }
  void section(const std::string& header, const std::vector<std::string>& lines) {
    add(header);
    for (const std::string& line : lines) add(line);
    for (const std::string& line : remarks_.take(header)) add(line);
  }
  void add_remarks(const std::vector<std::string>& remarks) {
    if (disc_.format != "ccd") return;
    for (const std::string& line : remarks) add(line);
  }

  std::string line_text(std::string_view what, const std::string& value) const {
    if (printable(value, value.size() + 1) == value) return value;
    throw Error(ErrorCode::refused, place_,
                fmt::format("{} '{}', expected one without control characters", what,
                            printable(value, 40)));
  }

  void write_disc() {
    std::vector<std::string> lines = {
        fmt::format("TocEntries={}", toc_.size()), fmt::format("Sessions={}", sessions_.size()),
        "DataTracksScrambled=0",  // what pregap writes is descrambled
        fmt::format("CDTextLength={}", packs_.size() * kCdTextPackSize)};
    if (!disc_.mcn.empty()) {
      lines.push_back("CATALOG=" + line_text("a catalog number of", disc_.mcn));
    }
    section("[Disc]", lines);
  }

  void write_cd_text() {
    std::vector<std::string> lines = {fmt::format("Entries={}", packs_.size())};
    for (std::size_t i = 0; i < packs_.size(); ++i) {
      lines.push_back(fmt::format("Entry {}={:02x}", i,
                                  fmt::join(std::span(packs_[i]).first(kCdTextPackSize - 2), " ")));
    }
    section("[CDText]", lines);
  }

  void write_session(int number, const Track& first) {
    const Session* session = disc_.find_session(number);
    const auto value = [](const std::optional<int>& known, int usual) {
      return known.value_or(usual);
    };
    section(fmt::format("[Session {}]", number),
            {fmt::format("PreGapMode={}", session == nullptr
                                              ? mode_of(first)
                                              : value(session->pregap_mode, mode_of(first))),
             fmt::format("PreGapSubC={}",
                         session == nullptr ? 0 : value(session->pregap_subchannel, 0))});
    if (session != nullptr) add_remarks(session->remarks);
  }

  void write_entry(std::size_t i) {
    const TocEntry& e = toc_[i];
    const bool points = e.adr == 1 && (e.point <= kLastTrackPoint || e.point == kPointLeadOut);
    const Lba plba = points ? pointed_lba(e) : toc_lba(e.pmin, e.psec, e.pframe);
    const std::string header = fmt::format("[Entry {}]", i);
    add(header);
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, std::string>>{
             {"Session", fmt::to_string(e.session)},
             {"Point", fmt::format("0x{:02x}", e.point)},
             {"ADR", fmt::format("0x{:02x}", e.adr)},
             {"Control", fmt::format("0x{:02x}", e.control)},
             {"TrackNo", fmt::to_string(e.tno)},
             {"AMin", fmt::to_string(e.min)},
             {"ASec", fmt::to_string(e.sec)},
             {"AFrame", fmt::to_string(e.frame)},
             {"ALBA", fmt::to_string(toc_lba(e.min, e.sec, e.frame).value)},
             {"Zero", fmt::to_string(e.zero)},
             {"PMin", fmt::to_string(e.pmin)},
             {"PSec", fmt::to_string(e.psec)},
             {"PFrame", fmt::to_string(e.pframe)},
             {"PLBA", fmt::to_string(plba.value)}}) {
      add(fmt::format("{}={}", key, value));
    }
    if (!entries_in_order_) return;
    for (const std::string& line : remarks_.take(header)) add(line);
  }

  // A session's first track has INDEX 0 only where something is stored there.
  void write_track(const Track& track) {
    add(fmt::format("[TRACK {}]", track.number));
    add(fmt::format("MODE={}", mode_of(track)));
    if (!track.isrc.empty()) add("ISRC=" + line_text("an ISRC of", track.isrc));
    if (track.first_lba() < track.start_lba()) {
      add(fmt::format("INDEX 0={}", track.first_lba().value));
    }
    for (const Index& index : track.indexes) {
      if (index.number > 0) add(fmt::format("INDEX {}={}", index.number, index.lba.value));
    }
    add_remarks(track.remarks);
  }

  const Disc& disc_;
  std::string place_;
  Remarks remarks_;
  std::map<int, std::vector<const Track*>> sessions_;
  std::vector<TocEntry> toc_;
  bool entries_in_order_ = false;
  std::vector<CdTextPack> packs_;
  std::string text_;
};

}  // namespace

std::string write_ccd(const Disc& layout) { return Writer(layout).write(); }

}  // namespace pregap::formats
