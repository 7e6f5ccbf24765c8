// What repair and its undoing did, as text and as JSON objects of docs/json.md.
#pragma once

#include <string>

#include "pregap/repair.h"
#include "report/style.h"

namespace pregap::report {

// `image` as it was given; `dry_run`: nothing was to be written.
struct RepairShown {
  std::string image;
  bool dry_run = false, in_place = false;
};
std::string repair_text(const RepairShown& shown, const RepairReport& report, const Style& style);
std::string repair_json(const RepairShown& shown, const RepairReport& report);

// Which dump gave which sectors, a line a range, as docs/repair.md has it.
std::string provenance_map(const std::string& image, const RepairReport& report);

std::string undo_text(const std::string& image, const UndoReport& report);
std::string undo_json(const std::string& image, const UndoReport& report);

}  // namespace pregap::report
