// What verify says of a disk image.
#pragma once

#include <string>

#include "operations/verify_disk.h"
#include "report/style.h"

namespace pregap::report {

std::string verify_disk_text(const operations::Look& look, const operations::DiskReport& report,
                             const Style& style);
std::string verify_disk_json(const operations::Look& look, const operations::DiskReport& report);

}  // namespace pregap::report
