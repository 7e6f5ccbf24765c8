// The sum over many images.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "pregap/verify.h"
#include "report/style.h"

namespace pregap::report {

struct Totals {
  std::array<std::int64_t, 4> by_verdict{};  // images by Verdict
  std::int64_t failed = 0;                   // could not be opened or read
  std::int64_t skipped = 0;                  // in a folder search: no disc images
  std::uint64_t bytes = 0;
  Tally tally;
  struct NotGood {
    std::string image;
    std::string verdict;
    std::int64_t bad = 0;
  };
  std::vector<NotGood> not_good;  // those to look at again, in the order they came

  std::int64_t images() const;
  void add(const Disc& disc, const VerifyReport& report);
  void add(const std::string& image, Verdict verdict, std::uint64_t bytes);  // a disk's
  void add_failure(const std::string& image);
};

std::string totals_text(const Totals& totals, const Style& style);

}  // namespace pregap::report
