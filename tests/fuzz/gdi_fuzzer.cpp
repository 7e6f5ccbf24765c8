// Any bytes either are refused with an Error or give a sheet that keeps what gdi.h promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "formats/gdi.h"
#include "pregap/error.h"

namespace {

using namespace pregap;

void require(bool promise) {
  if (!promise) std::abort();
}

void require_clean(std::string_view message) {
  require(is_utf8(message));
  require(message.size() < 800);
  for (const char c : message) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void require_sheet(const formats::GdiSheet& sheet) {
  require(!sheet.tracks.empty() && sheet.tracks.size() <= 99);
  int number = 0;
  Lba lba(-1);
  for (const formats::GdiTrack& track : sheet.tracks) {
    require(track.number > number && track.number <= 99);
    require(track.lba > lba && track.lba.value <= 1'000'000);
    require(track.control >= 0 && track.control <= 15);
    require(track.sector_size >= 2048 && track.sector_size <= 2448);
    require(!track.name.empty() && track.line > 1);
    require(track.name.find_first_of("\r\n") == track.name.npos);
    require(track.offset < std::uint64_t{1} << 62);
    number = track.number;
    lba = track.lba;
  }
  require(sheet.problems.size() <= 1);
  for (const Problem& problem : sheet.problems) {
    require(problem.code == "sheet.track");
    require_clean(problem.message);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    require_sheet(
        formats::parse_gdi(std::string_view(reinterpret_cast<const char*>(data), size), "S"));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed);
    require_clean(error.what());
  }
  return 0;
}
