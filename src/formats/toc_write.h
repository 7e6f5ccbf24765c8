// Parts of writing a TOC.
#pragma once

#include <string>
#include <string_view>

#include "pregap/disc.h"

namespace pregap::formats {

// Five capitals or digits and seven digits.
bool is_isrc(std::string_view code);

// A string in quotes: \" and octal escapes. What is beyond ASCII stays as it is.
std::string toc_quoted(std::string_view text);

// CD_TEXT { ... } of the disc, and of a track; empty where there is nothing to say. `layout` with
// no blocks has its `text` written as one block in English.
std::string toc_cd_text_of_disc(const Disc& layout);
std::string toc_cd_text_of_track(const Disc& layout, const Track& track);

}  // namespace pregap::formats
