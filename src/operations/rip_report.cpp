#include "operations/rip.h"

namespace pregap::operations {

std::string_view name_of(OffsetSource source) noexcept {
  switch (source) {
    case OffsetSource::given:
      return "given";
    case OffsetSource::table:
      return "table";
    case OffsetSource::built_in:
      return "built_in";
    case OffsetSource::unknown:
      return "unknown";
  }
  return "";
}

bool RipReport::sound() const {
  if (!unread.empty() || !in_doubt.empty() || passes.out_of_time) return false;
  for (const RipTrack& track : tracks) {
    if (track.accuraterip.known && !track.accuraterip.matched()) return false;
    if (!track.test_crc32) continue;
    if (*track.test_crc32 != track.hashes.front().second) return false;
  }
  return true;
}

}  // namespace pregap::operations
