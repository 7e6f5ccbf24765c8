// Read offset corrections of drives by their names, in samples, as AccurateRip counts them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pregap::operations {

struct DriveOffset {
  std::string name;  // "VENDOR - MODEL" or "VENDOR MODEL": blanks, case and the dash don't count
  int samples = 0;
};

// A few drives that are known well.
std::optional<int> known_offset(std::string_view drive);

// AccurateRip's list as saved text: a drive a line, its name, a tab or comma, the correction;
// what follows is left alone, and so are lines without a number there. Throws Error(malformed)
// where no line has one.
std::vector<DriveOffset> parse_offset_table(std::string_view text, const std::string& place);
std::optional<int> find_offset(const std::vector<DriveOffset>& table, std::string_view drive);

}  // namespace pregap::operations
