// What info and sector show of the sub-channel.
#pragma once

#include <string>

#include "operations/info.h"
#include "operations/sector_view.h"
#include "report/json_parts.h"

namespace pregap::report {

// Lines of info; none for a disc without sub-channel and altered Q frames.
std::string subchannel_text(const Disc& disc, const operations::SubchannelCodes& codes);
Json subchannel_runs_json(const Disc& disc);
Json subchannel_codes_json(const operations::SubchannelCodes& codes);

// Rows of sector.
std::string q_rows(const operations::QView& view);
Json q_json(const operations::QView& view);

}  // namespace pregap::report
