#include "operations/q_codes.h"

#include <algorithm>

namespace pregap::operations {
namespace {

constexpr std::size_t kMost = 16;

}  // namespace

void QCodes::add(const std::string& code) {
  if (std::ranges::all_of(code, [](char c) { return c == '0'; })) return;
  if (counts_.size() < kMost || counts_.contains(code)) ++counts_[code];
}

const std::string& QCodes::most_frequent() const {
  static const std::string none;
  const auto most = std::ranges::max_element(counts_, {}, [](const auto& c) { return c.second; });
  return most == counts_.end() ? none : most->first;
}

}  // namespace pregap::operations
