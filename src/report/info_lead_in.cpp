#include "report/info_lead_in.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "disc/cd_text.h"
#include "disc/toc.h"

namespace pregap::report {
namespace {

// Nothing where the layout has addresses that no TOC can have.
std::vector<TocDifference> differences_of(const Disc& disc) {
  const auto is_beyond = [](Lba lba) { return lba > kHighestTocAddress; };
  const bool beyond = std::ranges::any_of(disc.tracks, is_beyond, &Track::start_lba) ||
                      std::ranges::any_of(disc.sessions, is_beyond, &Session::lead_out);
  return disc.toc.empty() || beyond ? std::vector<TocDifference>{} : compare_toc(disc, disc.toc);
}

std::string entry_text(const TocEntry& e) {
  return fmt::format(
      "    session {} point {:02X} ADR {:X} Control {:X} {:02}:{:02}:{:02} {:3} "
      "{:02}:{:02}:{:02}\n",
      e.session, e.point, e.adr, e.control, e.min, e.sec, e.frame, e.zero, e.pmin, e.psec,
      e.pframe);
}

std::string toc_text(const Disc& disc, const Style& style) {
  if (disc.toc.empty()) return {};
  std::set<int> others;
  for (const TocEntry& entry : disc.toc) {
    const bool usual = entry.point <= kLastTrackPoint ||
                       (entry.point >= kPointFirstTrack && entry.point <= kPointLeadOut);
    if (!usual) others.insert(entry.point);
  }
  std::string text =
      fmt::format("  TOC of {} {}", disc.toc.size(), disc.toc.size() == 1 ? "entry" : "entries");
  if (!others.empty()) text += fmt::format(", with {:02X}", fmt::join(others, " "));
  text += '\n';
  if (style.verbose) {
    for (const TocEntry& entry : disc.toc) text += entry_text(entry);
  }
  for (const TocDifference& difference : differences_of(disc)) {
    text += "  TOC: " + difference.message + '\n';
  }
  return text;
}

std::string fields_text(const std::string& of, const TextFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    text += fmt::format("    {} {} {}\n", of, name, printable(value));
  }
  return text;
}

std::string cd_text_text(const Disc& disc, const Style& style) {
  std::string text;
  for (const CdTextBlock& block : disc.cd_text) {
    std::size_t count = block.disc.size();
    for (const auto& [track, fields] : block.tracks) count += fields.size();
    text += fmt::format("  CD-Text in {}: {}, {}\n", name_of_language(block.language),
                        counted(static_cast<long long>(count), "text"),
                        name_of_characters(block.character_code));
    if (!style.verbose) continue;
    text += fields_text("disc", block.disc);
    for (const auto& [track, fields] : block.tracks) {
      text += fields_text(fmt::format("track {}", track), fields);
    }
  }
  return text;
}

Json toc_json(const std::vector<TocEntry>& toc) {
  Json json = Json::array();
  for (const TocEntry& e : toc) {
    json.push_back({{"session", e.session},
                    {"adr", e.adr},
                    {"control", e.control},
                    {"tno", e.tno},
                    {"point", e.point},
                    {"msf", {e.min, e.sec, e.frame}},
                    {"zero", e.zero},
                    {"pmsf", {e.pmin, e.psec, e.pframe}}});
  }
  return json;
}

Json blocks_json(const std::vector<CdTextBlock>& blocks) {
  Json json = Json::array();
  for (const CdTextBlock& block : blocks) {
    Json tracks = Json::object();
    for (const auto& [track, fields] : block.tracks) {
      tracks[std::to_string(track)] = text_fields_json(fields);
    }
    json.push_back({{"number", block.number},
                    {"language", name_of_language(block.language)},
                    {"language_code", block.language},
                    {"characters", name_of_characters(block.character_code)},
                    {"character_code", block.character_code},
                    {"copyright", block.copyright},
                    {"disc", text_fields_json(block.disc)},
                    {"tracks", tracks}});
  }
  return json;
}

}  // namespace

std::string lead_in_text(const Disc& disc, const Style& style) {
  return cd_text_text(disc, style) + toc_text(disc, style);
}

void add_lead_in(Json& info, const Disc& disc) {
  if (!disc.toc.empty()) {
    Json differences = Json::array();
    for (const TocDifference& d : differences_of(disc)) differences.push_back(d.message);
    info["toc"] = toc_json(disc.toc);
    info["toc_differences"] = std::move(differences);
  }
  if (!disc.cd_text.empty()) info["cd_text_blocks"] = blocks_json(disc.cd_text);
}

}  // namespace pregap::report
