#include "support/scale.h"

#include <algorithm>
#include <cstdlib>

#include "support/sanitized.h"

namespace pregap::test {

std::size_t scaled(std::size_t count) {
  const char* text = std::getenv("PREGAP_TEST_SCALE");
  const double wanted = text != nullptr ? std::strtod(text, nullptr) : 0;
  const double scale = wanted > 0 ? wanted : kSanitized ? 0.1 : 1;
  return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(count) * scale));
}

}  // namespace pregap::test
