#include "pregap/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pregap {
namespace {

TEST(Error, SaysPlaceAndMessageInOneLine) {
  const Error error(ErrorCode::malformed, "a.cue:3", "found this, expected that", "do so");
  EXPECT_STREQ(error.what(), "a.cue:3: found this, expected that");
  EXPECT_EQ(error.code(), ErrorCode::malformed);
  EXPECT_EQ(error.place(), "a.cue:3");
  EXPECT_EQ(error.message(), "found this, expected that");
  EXPECT_EQ(error.hint(), "do so");
}

TEST(Error, LeavesOutAnEmptyPlace) {
  EXPECT_STREQ(Error(ErrorCode::usage, "", "no image").what(), "no image");
}

TEST(Error, HasANameForEachCode) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(ErrorCode::stopped); ++i) {
    names.insert(name_of(static_cast<ErrorCode>(i)));
  }
  EXPECT_EQ(names,
            (std::set<std::string>{"usage", "not_found", "unreadable", "malformed", "unsupported",
                                   "unrecognised", "refused", "exists", "unwritable", "stopped"}));
}

}  // namespace
}  // namespace pregap
