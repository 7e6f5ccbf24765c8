// Whether the tests and what they run are built with a sanitizer: ten times as slow. The longest
// tests then take a part of their cases, whose code is the same.
#pragma once

namespace pregap::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace pregap::test
