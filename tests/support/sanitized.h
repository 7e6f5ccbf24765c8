// Whether the tests and what they run are built with a sanitizer: ten times as slow. The longest
// tests then take a part of their cases, whose code is the same.
#pragma once

#include "base/sanitized.h"

namespace pregap::test {

#ifdef PREGAP_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace pregap::test
