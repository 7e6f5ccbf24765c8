// What a rip tells: a log for people, an object for machines, a summary for the terminal.
#pragma once

#include <string>

#include "operations/rip.h"
#include "report/style.h"

namespace pregap::report {

std::string rip_json(const operations::RipReport& report);  // pregap.rip/1, one line, no break
std::string rip_log(const operations::RipReport& report);   // OUT.log
std::string rip_text(const operations::RipReport& report, const Style& style);

// A line of `width` characters that shows a whole disc: one character for as many sectors each, the
// worst of them: "-" unread, "*" or "/" in work, "+" good, "." not tried yet.
std::string map_line(const operations::RipMap& map, std::size_t width);

}  // namespace pregap::report
