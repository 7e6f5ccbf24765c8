#include "formats/cue_content.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "formats/cue_mode.h"
#include "formats/storage.h"

namespace pregap::formats {
namespace {

bool is_audio(const CueStretch& stretch, const Disc& disc) {
  return disc.tracks[stretch.track].declared == TrackType::audio;
}

// Of a file that begins with audio and has data further on: where there are syncs tells how long
// the sectors before are.
std::optional<Storage> storage_before_data(const ByteSource& file, const CueStretch& data,
                                           std::int32_t begin) {
  constexpr std::array kWhole = {Storage::raw2352, Storage::raw2448, Storage::raw2368};
  const auto fits = [&](Storage storage) {
    const std::uint64_t at = static_cast<std::uint64_t>(data.begin - begin) * stride_of(storage);
    return sniff_storage(file, at) == storage;
  };
  if (!has_whole_sectors(data.storage) || fits(data.storage)) return std::nullopt;
  const auto* at = std::ranges::find_if(kWhole, fits);
  return at == kWhole.end() ? std::nullopt : std::optional(*at);
}

std::optional<Storage> storage_of_audio(const ByteSource& file) {
  const auto divides = [&](Storage storage) { return file.size() % stride_of(storage) == 0; };
  if (divides(Storage::raw2448) && has_q_behind_sectors(file)) return Storage::raw2448;
  if (divides(Storage::raw2352) && !divides(Storage::raw2448)) return Storage::raw2352;
  return std::nullopt;
}

// Where each stretch begins in the file.
std::vector<std::uint64_t> offsets(const CueImage& image, const std::vector<CueStretch>& stretches,
                                   bool gaps_stored) {
  std::vector<std::uint64_t> result;
  std::uint64_t at = image.begin;
  for (const CueStretch& s : stretches) {
    result.push_back(at);
    const std::int32_t length = (s.end ? *s.end - s.begin : 0) + (gaps_stored ? s.gap : 0);
    at += static_cast<std::uint64_t>(length) * stride_of(s.storage);
  }
  result.push_back(at);  // the end, where the last one's is known
  return result;
}

// Where each begins in its file, as the sizes of those before it say when it is asked for. In front
// of the first one too there may be sectors, of its kind.
template <typename Take>
void for_each_place(std::vector<CueStretch>& stretches, const Take& take) {
  std::uint64_t at = 0;
  CueTime begin = 0;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    take(stretches[i], at);
    if (i + 1 == stretches.size()) return;
    const std::int32_t length =
        stretches[i + 1].begin - std::exchange(begin, stretches[i + 1].begin);
    at += static_cast<std::uint64_t>(length) * stride_of(stretches[i].storage);
  }
}

std::uint64_t distance(std::uint64_t a, std::uint64_t b) { return a < b ? b - a : a - b; }

}  // namespace

Storage declared_storage(const CueTrack& track) {
  const CueMode* mode = find_cue_mode(track.mode);
  return mode == nullptr ? Storage::raw2352 : mode->storage;
}

void believe_content(const ByteSource& file, const std::string& place, const CueSheet& sheet,
                     std::vector<CueStretch>& stretches, Disc& disc) {
  const auto tell = [&](const CueStretch& s, Storage found) {
    disc.problems.push_back(
        {.severity = Severity::warning,
         .code = "track.storage",
         .message =
             fmt::format("{}:{}: track {} is declared {}, its file holds sectors of {} bytes",
                         place, sheet.tracks[s.track].line, disc.tracks[s.track].number,
                         disc.tracks[s.track].declared_as, stride_of(found))});
  };
  const auto is_data = [&](const CueStretch& s) { return !is_audio(s, disc); };
  const auto data = std::ranges::find_if(stretches, is_data);
  const std::optional<Storage> found = data == stretches.begin() ? sniff_storage(file)
                                       : data == stretches.end()
                                           ? storage_of_audio(file)
                                           : storage_before_data(file, *data, 0);
  const auto same = [&](const CueStretch& s) { return s.storage == stretches[0].storage; };
  // Beside audio, or as the sheet says, sizes differ: each data track tells its own.
  const bool cooked_beside_audio =
      found && !has_whole_sectors(*found) && !std::ranges::all_of(stretches, is_data);
  if (cooked_beside_audio || !std::ranges::all_of(stretches, same)) {
    for_each_place(stretches, [&](CueStretch& s, std::uint64_t at) {
      const std::optional<Storage> own = is_data(s) ? sniff_storage(file, at) : std::nullopt;
      if (!own || *own == s.storage) return;
      tell(s, *own);
      s.storage = *own;
    });
    return;
  }
  if (!found || *found == stretches[0].storage) return;
  tell(stretches[0], *found);
  for (CueStretch& s : stretches) s.storage = *found;
}

bool gaps_are_stored(const ByteSource& file, const CueImage& image,
                     const std::vector<CueStretch>& stretches) {
  const std::vector<std::uint64_t> with = offsets(image, stretches, true);
  const std::vector<std::uint64_t> without = offsets(image, stretches, false);
  const CueStretch& last = stretches.back();
  const std::uint64_t stride = stride_of(last.storage);
  if (last.end && image.end == with.back()) return true;
  if (last.end && image.end == without.back()) return false;
  const std::uint64_t last_index =
      with[stretches.size() - 1] +
      static_cast<std::uint64_t>(last.last_index - last.begin) * stride;
  if (last_index + stride > image.end) return false;
  for (std::size_t i = 1; i < stretches.size(); ++i) {
    if (with[i] == without[i]) continue;
    const Lba here(stretches[i].begin);
    if (stored_address(file, with[i], stretches[i].storage) == here) return true;
    if (stored_address(file, without[i], stretches[i].storage) == here) return false;
  }
  return last.end && distance(image.end, with.back()) < distance(image.end, without.back());
}

}  // namespace pregap::formats
