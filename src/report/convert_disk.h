// What a conversion of a disk image did, for people and as pregap.convert/1.
#pragma once

#include <string>

#include "pregap/convert.h"
#include "report/style.h"

namespace pregap::report {

// Without the report's losses.
std::string convert_disk_text(const Image& image, const ConvertReport& report, const Style& style);
std::string convert_disk_json(const Image& image, const ConvertReport& report);

}  // namespace pregap::report
