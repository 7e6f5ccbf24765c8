// Formats that pregap knows by sight and can't read: what they are called, and what converts them.
#pragma once

#include <string_view>

#include "formats/format.h"

namespace pregap::formats {

struct ForeignFormat {
  std::string_view name;  // "a Nero image"
  std::string_view hint;  // empty: no way out is known
};

// Told by magic bytes at the file's start or end, sure enough to overrule what the rest looks like.
const ForeignFormat* foreign_by_content(const Candidate& candidate);

// Told by the ending, for files in which nothing else is known.
const ForeignFormat* foreign_by_name(const Candidate& candidate);

// Throws Error(unsupported).
[[noreturn]] void throw_foreign(const Candidate& candidate, const ForeignFormat& format);

}  // namespace pregap::formats
