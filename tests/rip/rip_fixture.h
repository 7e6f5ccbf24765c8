// Discs in simulated drives, and rips of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "drive/simulated_drive.h"
#include "operations/rip.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::test {

// "mode1", "audio", "mixed", "xa", "mode2", "hidden" (audio before the first track), "indexes",
// "sessions", "text" (CD-Text, MCN, ISRC): a few hundred sectors each.
Disc source_disc(const std::string& kind);
std::vector<std::string> all_kinds();

struct RipCase {
  std::string query{};  // of the simulated drive
  std::string out = "out.cue";
  std::function<void(operations::RipOptions&)> options{};
};

struct Ripped {
  operations::RipReport report;
  Disc disc;  // what was written, opened
};

// Throws what rip() throws.
Ripped rip_disc(const Disc& source, const TempFolder& folder, const RipCase& rip_case = {});

// The addresses at which `b` does not hold the sector that `a` has, as "100-102, 200".
std::string differing(const Disc& a, const Disc& b);
std::string differing_subchannel(const Disc& a, const Disc& b);
std::string ranges_text(const std::vector<operations::RipRange>& ranges);

}  // namespace pregap::test
