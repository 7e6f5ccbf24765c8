#include <fmt/format.h>

#include "report/json_parts.h"
#include "report/rip.h"

namespace pregap::report {
namespace {

using operations::RipRange;
using operations::RipReport;
using operations::RipTrack;

Json ranges_json(const std::vector<RipRange>& ranges) {
  Json rows = Json::array();
  for (const RipRange& range : ranges) {
    rows.push_back({{"lba", range.first.value}, {"count", range.count}});
  }
  return rows;
}

Json drive_json(const RipReport& report) {
  const char* order = !report.abilities.order ? "separate"
                      : *report.abilities.order == drive::BlockOrder::data_c2_sub
                          ? "data_c2_subchannel"
                          : "data_subchannel_c2";
  const drive::Sub sub = report.abilities.sub;
  Json json = {{"vendor", report.drive.vendor},
               {"model", report.drive.model},
               {"revision", report.drive.revision},
               {"c2", report.abilities.c2 != drive::C2::none},
               {"subchannel", sub == drive::Sub::raw ? "raw"
                              : sub == drive::Sub::q ? "q"
                                                     : "none"},
               {"order", order},
               {"raw_sectors", report.abilities.raw && !report.abilities.bare},
               {"overreads_lead_in", report.abilities.overreads_lead_in},
               {"overreads_lead_out", report.abilities.overreads_lead_out}};
  json["buffer_kib"] = report.capabilities ? Json(report.capabilities->buffer) : Json();
  return json;
}

Json track_json(const RipTrack& t, bool asked) {
  Json row = {{"number", t.number},         {"session", t.session},   {"type", name_of(t.type)},
              {"start_lba", t.start.value}, {"end_lba", t.end.value}, {"pregap", t.pregap},
              {"unread", t.unread},         {"in_doubt", t.in_doubt}};
  Json hashes = Json::object();
  for (const auto& [name, value] : t.hashes) hashes[name] = value;
  row["hashes"] = hashes;
  if (t.test_crc32) row["test_crc32"] = *t.test_crc32;
  if (t.type != TrackType::audio) return row;
  row["peak"] = t.peak;
  Json sums = {{"v1", fmt::format("{:08x}", t.accuraterip_v1)},
               {"v2", fmt::format("{:08x}", t.accuraterip_v2)},
               {"frame450", fmt::format("{:08x}", t.frame450)}};
  if (asked) {
    sums["known"] = t.accuraterip.known;
    sums["v1_confidence"] = t.accuraterip.v1_confidence;
    sums["v2_confidence"] = t.accuraterip.v2_confidence;
  }
  row["accuraterip"] = sums;
  return row;
}

Json toc_json(const operations::DiscToc& toc) {
  Json rows = Json::array();
  for (const TocEntry& e : toc.entries) {
    rows.push_back({{"session", e.session},
                    {"adr", e.adr},
                    {"control", e.control},
                    {"point", e.point},
                    {"min", e.min},
                    {"sec", e.sec},
                    {"frame", e.frame},
                    {"zero", e.zero},
                    {"pmin", e.pmin},
                    {"psec", e.psec},
                    {"pframe", e.pframe}});
  }
  return rows;
}

Json work_json(const RipReport& report) {
  const operations::PassCounts& p = report.passes;
  Json reads = Json::array();
  for (const std::int64_t count : p.reads) reads.push_back(count);
  return {{"seconds", std::chrono::duration<double>(report.elapsed).count()},
          {"commands", report.commands},
          {"sectors_read", report.sectors_read},
          {"failed_commands", p.errors},
          {"timeouts", p.timeouts},
          {"jitter", p.jitter},
          {"retry_passes", p.retry_passes},
          {"proven_in_retries", p.corrected},
          {"merged_by_agreement", p.merged},
          {"out_of_time", p.out_of_time},
          {"sectors_by_reads", reads}};
}

}  // namespace

std::string rip_json(const RipReport& report) {
  Json outputs = Json::array(), losses = Json::array(), tracks = Json::array();
  for (const auto& out : report.outputs) outputs.push_back(out.string());
  for (const Loss& loss : report.losses) {
    losses.push_back({{"what", loss.what}, {"message", loss.message}, {"rebuilds", loss.rebuilds}});
  }
  for (const RipTrack& t : report.tracks) tracks.push_back(track_json(t, report.accuraterip_asked));
  Json json = {
      {"schema", "pregap.rip/1"},
      {"sound", report.sound()},
      {"resumed", report.resumed},
      {"drive", drive_json(report)},
      {"offset",
       {{"samples", report.offset},
        {"source", name_of(report.offset_source)},
        {"missing_samples", report.missing_samples}}},
      {"unchecked", report.unchecked},
      {"ids",
       {{"musicbrainz", report.ids.musicbrainz},
        {"freedb", report.ids.freedb},
        {"accuraterip", report.ids.accuraterip_file}}},
      {"mcn", report.toc.mcn},
      {"gaps_known", report.gaps_known},
      {"sectors", {{"total", report.sectors}, {"bad_q", report.bad_q}, {"made_q", report.made_q}}},
      {"unread", ranges_json(report.unread)},
      {"in_doubt", ranges_json(report.in_doubt)},
      {"same_in_every_read", ranges_json(report.same_in_every_read)},
      {"tracks", tracks},
      {"toc", toc_json(report.toc)},
      {"work", work_json(report)},
      {"outputs", outputs},
      {"losses", losses},
      {"problems", problems_json(report.problems)}};
  if (report.audio_crc32) json["audio_crc32"] = fmt::format("{:08x}", *report.audio_crc32);
  return line_of(json);
}

}  // namespace pregap::report
