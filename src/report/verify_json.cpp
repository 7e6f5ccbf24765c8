#include "report/json.h"
#include "report/json_parts.h"

namespace pregap::report {
namespace {

Json bad_json(const Tally& tally) {
  Json fills = Json::object();
  for (const auto& [byte, count] : tally.fills) {
    constexpr char digits[] = "0123456789abcdef";
    fills[std::string("0x") + digits[byte >> 4] + digits[byte & 15]] = count;
  }
  return {{"total", tally.bad()},
          {"repairable", tally.repairable},
          {"filled", tally.filled},
          {"unrepairable", tally.unrepairable},
          {"fills", fills}};
}

Json sectors_json(const Tally& tally) {
  Json json = {{"total", tally.sectors}};
  json.update(kinds_json(tally));
  return json;
}

Json hashes_json(const Hashes& hashes) {
  Json json = Json::object();
  for (const auto& [name, value] : hashes) json[name] = value;
  return json;
}

Json file_hashes_json(const Disc& disc, const FileHashes& file) {
  Json json = {{"file", disc.files[file.file].path.string()},
               {"bytes", disc.files[file.file].bytes->size()}};
  json.update(hashes_json(file.hashes));
  return json;
}

Json track_json(const TrackReport& report) {
  const Track& track = *report.track;
  Json json = {{"number", track.number},
               {"session", track.session},
               {"type", name_of(track.type)},
               {"first_lba", track.first_lba().value},
               {"start_lba", track.start_lba().value},
               {"sectors", track.sectors()},
               {"sectors_by_kind", kinds_json(report.tally)},
               {"faults", fault_counts_json(report.tally)},
               {"bad", bad_ranges_json(report.bad)}};
  if (!report.hashes.empty()) json["hashes"] = hashes_json(report.hashes);
  return json;
}

Json subchannel_json(const SubchannelReport& report) {
  Json isrcs = Json::array();
  for (const auto& [track, isrc] : report.isrcs) {
    isrcs.push_back({{"track", track->number}, {"isrc", isrc}});
  }
  return {{"frames", report.frames},
          {"bad", report.bad},
          {"elsewhere", report.elsewhere},
          {"mcn", report.mcn},
          {"isrcs", isrcs}};
}

Json hit_files_json(const std::vector<HitFile>& files) {
  Json json = Json::array();
  for (const HitFile& file : files) {
    Json lbas = Json::array();
    for (const Lba lba : file.lbas) lbas.push_back(lba.value);
    json.push_back({{"track", file.track->number},
                    {"path", file.path},
                    {"lbas", lbas},
                    {"repairable", file.repairable}});
  }
  return json;
}

}  // namespace

std::string verify_json(const Disc& disc, const VerifyReport& report) {
  Json json = {{"schema", "pregap.verify/1"},
               {"image", disc.path.string()},
               {"format", disc.format},
               {"verdict", name_of(report.verdict)},
               {"sectors", sectors_json(report.tally)},
               {"faults", fault_counts_json(report.tally)},
               {"bad", bad_json(report.tally)},
               {"notes", note_counts_json(report.tally)},
               {"tracks", Json::array()},
               {"problems", problems_json(report.problems)}};
  for (const TrackReport& track : report.tracks) json["tracks"].push_back(track_json(track));
  if (!report.hit_files.empty()) json["files"] = hit_files_json(report.hit_files);
  if (report.subchannel) json["subchannel"] = subchannel_json(*report.subchannel);
  if (!report.files.empty()) {
    json["hashes"] = Json::array();
    for (const FileHashes& file : report.files) {
      json["hashes"].push_back(file_hashes_json(disc, file));
    }
  }
  return line_of(json);
}

std::string totals_json(const Totals& totals) {
  Json json = {{"schema", "pregap.verify_totals/1"}, {"images", totals.images()}};
  for (Verdict v : {Verdict::good, Verdict::repairable, Verdict::damaged, Verdict::unchecked}) {
    json[std::string(name_of(v))] = totals.by_verdict[static_cast<std::size_t>(v)];
  }
  json["failed"] = totals.failed;
  json["skipped"] = totals.skipped;
  json["bytes"] = totals.bytes;
  json["sectors"] = sectors_json(totals.tally);
  json["bad"] = bad_json(totals.tally);
  return line_of(json);
}

std::string error_json(const std::string& image, const Error& error) {
  Json json = {{"schema", "pregap.error/1"},
               {"image", image},
               {"code", name_of(error.code())},
               {"place", error.place()},
               {"message", error.message()}};
  if (!error.hint().empty()) json["hint"] = error.hint();
  return line_of(json);
}

}  // namespace pregap::report
