// Writing a cue sheet: redump's dialect where sessions or several files are to be told.
#pragma once

#include <string>
#include <string_view>

#include "pregap/disc.h"

namespace pregap::formats {

// The sheet of a layout: its files have names, its extents say where in them the sectors lie, one
// track behind the other from each file's beginning on. Lines end in CR LF, as programs of the
// format's home expect. What lies between two tracks and in no file becomes a PREGAP. Remarks are
// written for a disc that came from a cue sheet. Throws Error(refused) for a file name that no
// sheet can hold (a quote, control characters, no UTF-8), Error(unsupported) for a time beyond
// 99:59:74 and for a layout that no sheet can tell.
std::string write_cue(const Disc& layout);

// Whether a field of CD-Text has a command in cue sheets.
bool is_cue_text_field(std::string_view name);

}  // namespace pregap::formats
