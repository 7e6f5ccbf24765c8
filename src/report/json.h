// The JSON objects of docs/json.md, each as one line without its line break.
#pragma once

#include <string>
#include <vector>

#include "operations/info.h"
#include "operations/look.h"
#include "operations/sector_view.h"
#include "pregap/convert.h"
#include "pregap/error.h"
#include "pregap/verify.h"
#include "report/totals.h"

namespace pregap::report {

std::string verify_json(const Disc& disc, const VerifyReport& report);
std::string totals_json(const Totals& totals);
std::string convert_json(const Disc& disc, const ConvertReport& report);
std::string info_json(const operations::Look& look,
                      const std::vector<operations::TrackVolumes>& volumes,
                      const operations::SubchannelCodes& codes);
std::string sector_json(const Disc& disc, const operations::SectorView& view);

// pregap.error/1, in the place of the object that `image` should have had.
std::string error_json(const std::string& image, const Error& error);

}  // namespace pregap::report
