// Real drives, through libcdio's generic MMC call. Part of pregap-rip alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "drive/drive.h"

namespace pregap::drive {

// Throws Error(not_found), Error(unreadable).
std::unique_ptr<Drive> open_drive(const std::string& device);

std::vector<std::string> list_drives();  // paths of devices

}  // namespace pregap::drive
