#include "report/json_parts.h"
#include "report/repair.h"

namespace pregap::report {
namespace {

Json basis_json(BasisSet basis) {
  Json json = Json::array();
  for (int b = 0; b < kBases; ++b) {
    if (basis.has(static_cast<Basis>(b))) json.push_back(name_of(static_cast<Basis>(b)));
  }
  return json;
}

Json ranges_json(const std::vector<RepairRange>& ranges) {
  Json json = Json::array();
  for (const RepairRange& range : ranges) {
    Json row = {{"lba", range.first.value},
                {"count", range.count},
                {"faults", faults_json(range.faults)},
                {"deed", name_of(range.deed)}};
    if (range.reason != Reason::none) row["reason"] = name_of(range.reason);
    row["rests_on"] = basis_json(range.basis);
    if (!range.provenance.empty()) row["provenance"] = range.provenance;
    json.push_back(row);
  }
  return json;
}

// -1 stands for several dumps together.
Json provenance_json(const std::vector<ProvenanceRange>& ranges) {
  Json json = Json::array();
  for (const ProvenanceRange& range : ranges) {
    json.push_back({{"lba", range.first.value},
                    {"count", range.count},
                    {"dump", range.dump},
                    {"rests_on", basis_json(range.basis)}});
  }
  return json;
}

Json paths_json(const std::vector<std::filesystem::path>& paths) {
  Json json = Json::array();
  for (const std::filesystem::path& path : paths) json.push_back(path.string());
  return json;
}

}  // namespace

std::string repair_json(const RepairShown& shown, const RepairReport& report) {
  Json json = {{"schema", "pregap.repair/1"}, {"image", shown.image},
               {"sound", report.sound()},     {"was_sound", report.was_sound},
               {"written", report.written},   {"dry_run", shown.dry_run},
               {"in_place", shown.in_place},  {"outputs", paths_json(report.outputs)},
               {"bytes", report.bytes},       {"journal", name_of(report.journal)}};
  if (!report.journal_path.empty()) json["journal_path"] = report.journal_path.string();
  json["sectors"] = {{"total", report.sectors},
                     {"bad", report.bad},
                     {"changed", report.changed},
                     {"remaining", report.remaining}};
  json["deeds"] = Json::object();
  for (std::size_t d = 0; d < kDeeds; ++d) {
    json["deeds"][std::string(name_of(static_cast<Deed>(d)))] = report.deeds[d];
  }
  json["reasons"] = Json::object();
  for (std::size_t r = 1; r < kReasons; ++r) {
    json["reasons"][std::string(name_of(static_cast<Reason>(r)))] = report.reasons[r];
  }
  json["ranges"] = ranges_json(report.ranges);
  json["ranges_left_out"] = report.ranges_left_out;
  if (!report.dumps.empty()) {
    json["dumps"] = Json::array();
    for (const DumpPlace& dump : report.dumps) {
      json["dumps"].push_back({{"image", dump.path.string()},
                               {"offset_samples", dump.offset_samples},
                               {"tracks_found", dump.tracks},
                               {"tracks_missing", dump.missing}});
    }
    json["doubts"] = Json::array();
    for (const SectorDoubt& doubt : report.doubts) {
      json["doubts"].push_back(
          {{"lba", doubt.lba.value}, {"offset", doubt.offset}, {"size", doubt.size}});
    }
    json["doubts_left_out"] = report.doubts_left_out;
    json["q_frames"] = report.q_frames;
    json["provenance"] = provenance_json(report.provenance);
  }
  json["problems"] = problems_json(report.problems);
  return line_of(json);
}

std::string undo_json(const std::string& image, const UndoReport& report) {
  return line_of({{"schema", "pregap.undo/1"},
                  {"image", image},
                  {"files", paths_json(report.files)},
                  {"changes", report.changes},
                  {"restored", report.restored},
                  {"bytes", report.bytes}});
}

}  // namespace pregap::report
