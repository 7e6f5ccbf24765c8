// The dear checks, one function a structure; each is asked about every file system of its kind.
#pragma once

#include "pregap/work.h"
#include "volumes/contents.h"
#include "volumes/view.h"

namespace pregap::volumes {

// Returns the FAT, from 0 on, that is to be believed.
std::uint32_t compare_fats(const View& view, Contents& out, const WorkOptions& work);
void check_fat_chains(const View& view, std::uint32_t fat, Contents& out, const WorkOptions& work);
void check_exfat_chains(const View& view, Contents& out, const WorkOptions& work);
void check_ext_groups(const View& view, Contents& out, const WorkOptions& work);
void check_iso(const View& view, Contents& out, const WorkOptions& work);
// Of the session that starts at byte `start` of the view.
void check_udf(const View& view, std::uint64_t start, Contents& out, const WorkOptions& work);

void throw_if_stopped(const View& view, const WorkOptions& work);  // Error(stopped)

}  // namespace pregap::volumes
