// Which of the cue sheet's dialects a sheet is in: a guess from its shape, for people.
#pragma once

#include <string>
#include <vector>

#include "formats/cue.h"
#include "formats/cue_sessions.h"

namespace pregap::formats {

// "CDRWIN", "redump", "redump multi-session", "redump GD-ROM", "ImgBurn multi-session",
// "IsoBuster multi-session", "EAC single", "EAC corrected", "EAC gaps left out",
// "EAC noncompliant"; docs/formats/cue.md tells what each is.
std::string cue_dialect(const CueSheet& sheet, const CueImages& images,
                        const std::vector<CueGap>& gaps);

}  // namespace pregap::formats
