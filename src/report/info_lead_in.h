// What `info` says of a disc's lead-in: its full TOC and its CD-Text.
#pragma once

#include <string>

#include "pregap/disc.h"
#include "report/json_parts.h"
#include "report/style.h"

namespace pregap::report {

// A line a language and a line for the TOC; when verbose every text and every entry.
std::string lead_in_text(const Disc& disc, const Style& style);

// Adds "toc", "toc_differences", "cd_text_blocks" where the source has them.
void add_lead_in(Json& info, const Disc& disc);

}  // namespace pregap::report
