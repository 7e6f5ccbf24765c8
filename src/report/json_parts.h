// Pieces that several JSON objects share.
#pragma once

#include <nlohmann/json.hpp>

#include "pregap/verify.h"

namespace pregap::report {

using Json = nlohmann::ordered_json;

// Paths and sheets' texts may hold bytes that are no UTF-8; these become U+FFFD.
std::string line_of(const Json& json);

Json faults_json(FaultSet faults);           // ["edc", "p_parity"]
Json notes_json(NoteSet notes);              // ["form2_edc_absent"]
Json kinds_json(const Tally& tally);         // {"mode0": 0, ...}
Json fault_counts_json(const Tally& tally);  // {"sync": 0, ...}
Json note_counts_json(const Tally& tally);   // {"form2_edc_absent": 0, ...}
Json bad_ranges_json(const std::vector<BadRange>& ranges);
Json problems_json(const std::vector<Problem>& problems);
Json text_fields_json(const TextFields& fields);

}  // namespace pregap::report
