#include "base/late_library.h"

#include <gtest/gtest.h>

#include "pregap/error.h"

namespace pregap {
namespace {

template <typename Work>
Error error_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::usage, "no error", "");
}

TEST(LateLibrary, FindsFunctionsOfWhatIsInstalled) {
  const LateLibrary library("libm.so.6", "adds", "libc6");
  double (*const cosine)(double) = library["cos"];
  EXPECT_EQ(cosine(0), 1);
}

TEST(LateLibrary, SaysWhatIsMissingWhatForAndHowToGetIt) {
  const Error error =
      error_of([] { LateLibrary("libnowhere.so.7", "reads nothing", "libnowhere7"); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_EQ(error.place(), "libnowhere.so.7");
  EXPECT_EQ(error.message(),
            "libnowhere.so.7: cannot open shared object file: No such file or directory, "
            "expected the library that reads nothing");
  EXPECT_EQ(error.hint(), "apt-get install libnowhere7");
}

TEST(LateLibrary, SaysWhichFunctionAnotherVersionLacks) {
  const LateLibrary library("libm.so.6", "adds", "libc6");
  const Error error = error_of([&] { library["sine_of_the_times"]; });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_EQ(error.message(), "no sine_of_the_times in it, expected the library that adds");
}

}  // namespace
}  // namespace pregap
