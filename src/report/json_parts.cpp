#include "report/json_parts.h"

namespace pregap::report {

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json faults_json(FaultSet faults) {
  Json json = Json::array();
  for (int f = 0; f < kFaults; ++f) {
    if (faults.has(static_cast<Fault>(f))) json.push_back(name_of(static_cast<Fault>(f)));
  }
  return json;
}

Json notes_json(NoteSet notes) {
  Json json = Json::array();
  for (int n = 0; n < kNotes; ++n) {
    if (notes.has(static_cast<Note>(n))) json.push_back(name_of(static_cast<Note>(n)));
  }
  return json;
}

Json kinds_json(const Tally& tally) {
  Json json = Json::object();
  for (std::size_t k = 0; k < kSectorKinds; ++k) {
    json[std::string(name_of(static_cast<SectorKind>(k)))] = tally.kinds[k];
  }
  return json;
}

Json fault_counts_json(const Tally& tally) {
  Json json = Json::object();
  for (std::size_t f = 0; f < kFaults; ++f) {
    json[std::string(name_of(static_cast<Fault>(f)))] = tally.faults[f];
  }
  return json;
}

Json note_counts_json(const Tally& tally) {
  Json json = Json::object();
  for (std::size_t n = 0; n < kNotes; ++n) {
    json[std::string(name_of(static_cast<Note>(n)))] = tally.notes[n];
  }
  return json;
}

Json bad_ranges_json(const std::vector<BadRange>& ranges) {
  Json json = Json::array();
  for (const BadRange& range : ranges) {
    json.push_back({{"lba", range.first.value},
                    {"count", range.count},
                    {"faults", faults_json(range.faults)},
                    {"repairable", range.repairable}});
  }
  return json;
}

Json problems_json(const std::vector<Problem>& problems) {
  Json json = Json::array();
  for (const Problem& problem : problems) {
    json.push_back({{"severity", name_of(problem.severity)},
                    {"code", problem.code},
                    {"message", problem.message}});
  }
  return json;
}

Json text_fields_json(const TextFields& fields) {
  Json json = Json::object();
  for (const auto& [name, value] : fields) json[name] = value;
  return json;
}

}  // namespace pregap::report
