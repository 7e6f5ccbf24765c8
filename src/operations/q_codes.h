// MCNs or ISRCs that Q frames gave, and which of them is meant: the one that most frames have.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace pregap::operations {

class QCodes {
 public:
  // Empty ones and those of zeros alone are none. A bounded number of different ones is counted.
  void add(const std::string& code);
  const std::string& most_frequent() const;  // empty: there was none

 private:
  std::map<std::string, std::int64_t> counts_;
};

}  // namespace pregap::operations
