// Where a structure's reader writes what it found wrong, and what it held against what.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "volumes/contents.h"
#include "volumes/view.h"

namespace pregap::volumes {

enum class Mend : bool { no, from_copy };  // whether a sound copy in the image can mend a fault

class Findings {
 public:
  // Messages begin with the view's place and `what`: "card.img:p2: FAT16: ...".
  Findings(const View& view, std::string_view what, Contents& out);

  void note(std::string_view code, std::string_view message);
  void warning(std::string_view code, std::string_view message);
  void fault(std::string_view code, std::string_view message, Mend mend = Mend::no);

  // A check of something at byte `at` of the view; `message` is told where it failed. Returns
  // `good`.
  bool check(std::string_view name, std::uint64_t at, bool good, std::string_view message,
             Severity severity = Severity::fault, Mend mend = Mend::no);

 private:
  void add(Severity severity, std::string_view code, std::string_view message, Mend mend);

  std::string place_, partition_;
  std::uint64_t offset_;
  Contents& out_;
};

}  // namespace pregap::volumes
