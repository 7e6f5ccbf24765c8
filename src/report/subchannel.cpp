#include "report/subchannel.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "report/style.h"

namespace pregap::report {
namespace {

std::string_view name_of(SubchannelOrder order) {
  switch (order) {
    case SubchannelOrder::linear:
      return "linear";
    case SubchannelOrder::interleaved:
      return "interleaved";
    case SubchannelOrder::q_only:
      return "q_only";
    case SubchannelOrder::rw_packs:
      return "rw_packs";
  }
  return "";
}

std::string_view words_for(SubchannelOrder order) {
  switch (order) {
    case SubchannelOrder::linear:
      return "P to W, linear";
    case SubchannelOrder::interleaved:
      return "P to W, interleaved";
    case SubchannelOrder::q_only:
      return "Q alone";
    case SubchannelOrder::rw_packs:
      return "R to W as packs";
  }
  return "";
}

bool is_among_sectors(const Disc& disc, const SubchannelRun& run) {
  const Track* track = disc.track_at(run.first);
  return track != nullptr && track->extent_at(run.first)->file == run.file;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, " "));
}

// "track 1 INDEX 01, 00:04:15 in it, absolute 00:06:15"
std::string content_text(const QContent& q) {
  if (q.position) {
    const std::string where =
        q.position->track == kLeadOutTrack
            ? "the lead-out"
            : fmt::format("track {} INDEX {:02}", q.position->track, q.position->index);
    return fmt::format("{}, {} {}, absolute {}", where, to_string(q.position->relative),
                       q.position->index == 0 ? "before it" : "in it",
                       to_string(q.position->absolute));
  }
  if (!q.mcn.empty()) return "MCN " + q.mcn;
  if (!q.isrc.empty()) return "ISRC " + q.isrc;
  return fmt::format("ADR {}", q.adr);
}

std::string q_row(std::string_view name, std::string_view value, std::string_view state) {
  return fmt::format("  {:<10} {:<13} {}{}{}\n", "", name, value, state.empty() ? "" : "  ", state);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

std::string subchannel_text(const Disc& disc, const operations::SubchannelCodes& codes) {
  std::string text;
  std::set<std::string> places;  // a line for many runs of one kind in one file
  for (const SubchannelRun& run : disc.subchannel) {
    const std::string file = shown(disc.files[run.file].path.filename().string());
    const std::string line =
        fmt::format("  sub-channel: {}, {}\n", words_for(run.order),
                    is_among_sectors(disc, run) ? "behind each sector" : "in " + file);
    if (places.insert(line).second) text += line;
  }
  if (!codes.mcn.empty() && codes.mcn != disc.mcn) {
    text += fmt::format("  MCN {}, from the sub-channel\n", codes.mcn);
  }
  for (const auto& [track, isrc] : codes.isrcs) {
    if (isrc == track->isrc) continue;
    text += fmt::format("  track {}: ISRC {}, from the sub-channel\n", track->number, isrc);
  }
  if (!disc.q_patches.empty()) {
    const Lba first = disc.q_patches.front().lba, last = disc.q_patches.back().lba;
    text += fmt::format("  {} beside the image, {}\n",
                        counted(static_cast<long long>(disc.q_patches.size()), "altered Q frame"),
                        lba_range(first, last - first + 1));
  }
  return text;
}

Json subchannel_runs_json(const Disc& disc) {
  Json json = Json::array();
  for (const SubchannelRun& run : disc.subchannel) {
    json.push_back({{"file", run.file},
                    {"offset", run.offset},
                    {"stride", run.stride},
                    {"order", name_of(run.order)},
                    {"first_lba", run.first.value},
                    {"sectors", run.sectors}});
  }
  return json;
}

Json subchannel_codes_json(const operations::SubchannelCodes& codes) {
  Json isrcs = Json::array();
  for (const auto& [track, isrc] : codes.isrcs) {
    isrcs.push_back({{"track", track->number}, {"isrc", isrc}});
  }
  return {{"mcn", codes.mcn}, {"isrcs", isrcs}};
}

std::string q_rows(const operations::QView& view) {
  const QContent& q = view.content;
  if (!q.crc_good) {
    return q_row("Q frame", hex(view.stored), "BAD") + q_row("expected", hex(view.regular), "");
  }
  std::string text = q_row("Q frame", hex(view.stored), "good");
  text += q_row(
      "",
      fmt::format("{}: {}", (q.control & kControlData) != 0 ? "data" : "audio", content_text(q)),
      view.agrees ? "" : "not where the layout has it");
  if (!view.agrees) text += q_row("expected", content_text(parse_q(view.regular)), "");
  return text;
}

Json q_json(const operations::QView& view) {
  const QContent& q = view.content;
  Json json = {{"bytes", hex(view.stored)},     {"crc_good", q.crc_good},
               {"expected", hex(view.regular)}, {"agrees", view.agrees},
               {"control", q.control},          {"adr", q.adr}};
  json["track"] = q.position ? Json(q.position->track) : Json();
  json["index"] = q.position ? Json(q.position->index) : Json();
  json["relative"] = q.position ? Json(to_string(q.position->relative)) : Json();
  json["absolute"] = q.position ? Json(to_string(q.position->absolute)) : Json();
  json["mcn"] = text_or_null(q.mcn);
  json["isrc"] = text_or_null(q.isrc);
  return json;
}

}  // namespace pregap::report
