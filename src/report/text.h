// Reports for people. Each ends with a line break.
#pragma once

#include <string>
#include <vector>

#include "operations/info.h"
#include "operations/look.h"
#include "operations/sector_view.h"
#include "pregap/convert.h"
#include "pregap/verify.h"
#include "report/style.h"

namespace pregap::report {

std::string verify_text(const Disc& disc, const VerifyReport& report, const Style& style);
std::string losses_text(const std::vector<Loss>& losses);  // nothing for none
// Without the report's losses.
std::string convert_text(const Disc& disc, const ConvertReport& report, const Style& style);
std::string info_text(const operations::Look& look,
                      const std::vector<operations::TrackVolumes>& volumes,
                      const operations::SubchannelCodes& codes, const Style& style);

// `with_dump` adds all 2352 bytes in hexadecimal.
enum class Dump : bool { no, yes };
std::string sector_text(const Disc& disc, const operations::SectorView& view, Dump dump);

}  // namespace pregap::report
