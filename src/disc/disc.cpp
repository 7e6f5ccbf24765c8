#include "pregap/disc.h"

#include <algorithm>
#include <set>

namespace pregap {

std::uint32_t stride_of(Storage storage) noexcept {
  switch (storage) {
    case Storage::raw2352:
      return 2352;
    case Storage::raw2368:
      return 2368;
    case Storage::raw2448:
      return 2448;
    case Storage::xa2336:
      return 2336;
    case Storage::user2048:
      return 2048;
    case Storage::form2_2324:
      return 2324;
    case Storage::blank:
      return 0;
  }
  return 0;
}

bool has_whole_sectors(Storage storage) noexcept {
  return storage == Storage::raw2352 || storage == Storage::raw2368 || storage == Storage::raw2448;
}

bool has_user_data_only(Storage storage) noexcept {
  return storage == Storage::user2048 || storage == Storage::form2_2324 ||
         storage == Storage::blank;
}

std::string_view name_of(TrackType type) noexcept {
  switch (type) {
    case TrackType::audio:
      return "audio";
    case TrackType::mode0:
      return "mode0";
    case TrackType::mode1:
      return "mode1";
    case TrackType::mode2:
      return "mode2";
  }
  return "";
}

std::string_view name_of(Severity severity) noexcept {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::fault:
      return "fault";
  }
  return "";
}

Lba Track::start_lba() const {
  for (const Index& index : indexes) {
    if (index.number == 1) return index.lba;
  }
  return indexes.empty() ? Lba() : indexes.front().lba;
}

Lba Track::first_lba() const { return extents.empty() ? start_lba() : extents.front().first; }

std::int32_t Track::stored_sectors() const {
  std::int32_t n = 0;
  for (const Extent& extent : extents) n += extent.sectors;
  return n;
}

Lba Track::end_lba() const {
  return extents.empty() ? start_lba() : extents.back().first + extents.back().sectors;
}

const Extent* Track::extent_at(Lba lba) const {
  const auto holds = [lba](const Extent& e) { return e.first <= lba && lba < e.first + e.sectors; };
  const auto at = std::ranges::find_if(extents, holds);
  return at == extents.end() ? nullptr : &*at;
}

std::int32_t Track::sectors() const { return std::max(0, end_lba() - start_lba()); }

int Disc::session_count() const {
  std::set<int> numbers;
  for (const Track& track : tracks) numbers.insert(track.session);
  return static_cast<int>(numbers.size());
}

const Session* Disc::find_session(int number) const {
  const auto at = std::ranges::find(sessions, number, &Session::number);
  return at == sessions.end() ? nullptr : &*at;
}

std::int64_t Disc::stored_sectors() const {
  std::int64_t n = 0;
  for (const Track& track : tracks) n += track.stored_sectors();
  return n;
}

std::uint64_t Disc::stored_bytes() const {
  std::uint64_t n = 0;
  for (const Track& track : tracks) {
    for (const Extent& extent : track.extents) {
      n += static_cast<std::uint64_t>(extent.sectors) * stride_of(extent.storage);
    }
  }
  return n;
}

const Track* Disc::find_track(int number) const {
  const auto at = std::ranges::find(tracks, number, &Track::number);
  return at == tracks.end() ? nullptr : &*at;
}

const Track* Disc::track_at(Lba lba) const {
  const auto has = [lba](const Track& t) { return t.extent_at(lba) != nullptr; };
  const auto at = std::ranges::find_if(tracks, has);
  return at == tracks.end() ? nullptr : &*at;
}

}  // namespace pregap
