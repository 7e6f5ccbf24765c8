// How long random tests are.
#pragma once

#include <cstddef>

namespace pregap::test {

// `count` times the environment's PREGAP_TEST_SCALE, at least 1. Where it isn't set, `count`, and a
// tenth of it under a sanitizer.
std::size_t scaled(std::size_t count);

}  // namespace pregap::test
