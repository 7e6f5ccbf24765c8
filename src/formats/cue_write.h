// Writing a cue sheet for a disc whose stored sectors lie one behind the other in one file.
#pragma once

#include <string>

#include "pregap/disc.h"

namespace pregap::formats {

// `mode_words` has one word a track ("MODE1/2352"). Lines end in CR LF, as programs of the format's
// home expect. Throws Error(refused) for a file name that no sheet can hold (a quote, control
// characters, no UTF-8), Error(unsupported) for a time beyond 99:59:74.
std::string write_cue(const Disc& disc, const std::string& bin_name,
                      const std::vector<std::string>& mode_words);

}  // namespace pregap::formats
