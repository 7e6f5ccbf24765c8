#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "formats/gdi.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

class Writer {
 public:
  explicit Writer(const Disc& layout) : layout_(layout), place_(layout.path.string()) {
    if (place_.empty()) place_ = "GDI";
  }

  std::string write() {
    if (layout_.tracks.empty()) refuse("no track, expected at least one");
    std::string out = fmt::format("{}\n", layout_.tracks.size());
    for (std::size_t t = 0; t < layout_.tracks.size(); ++t) {
      require_alone(t);
      out += row(layout_.tracks[t]);
    }
    return out;
  }

 private:
  [[noreturn]] void refuse(std::string message, std::string hint = {}) const {
    throw Error(ErrorCode::unsupported, place_, std::move(message), std::move(hint));
  }

  // Sessions have no word in a GDI, but for the second area, which begins where it must.
  void require_alone(std::size_t t) const {
    const Track& track = layout_.tracks[t];
    if (track.start_lba() < Lba(0)) {
      refuse(fmt::format("track {} at LBA {}, expected none before LBA 0", track.number,
                         track.start_lba().value));
    }
    const auto in_second = [](const Track& other) {
      return other.start_lba() >= kHighDensityStart;
    };
    if (t > 0 && (layout_.tracks[t - 1].session == track.session) !=
                     (in_second(layout_.tracks[t - 1]) == in_second(track))) {
      refuse(fmt::format("track {} of session {} at LBA {}, expected one session below LBA {} and "
                         "one from there on",
                         track.number, track.session, track.start_lba().value,
                         kHighDensityStart.value),
             "a GDI holds the two areas of a GD-ROM; a cue sheet or a .ccd can hold sessions");
    }
    if (t > 0 && track.number <= layout_.tracks[t - 1].number) {
      refuse(fmt::format("track {} behind track {}, expected a higher number", track.number,
                         layout_.tracks[t - 1].number));
    }
    for (std::size_t other = 0; other < t; ++other) {
      if (!track.extents.empty() && !layout_.tracks[other].extents.empty() &&
          layout_.tracks[other].extents.front().file == track.extents.front().file) {
        refuse(fmt::format("tracks {} and {} in one file, expected a file a track",
                           layout_.tracks[other].number, track.number));
      }
    }
  }

  // The track's sectors lie one behind the other in one file, from INDEX 01 to the file's end.
  void require_whole(const Track& track) const {
    if (track.extents.empty() || track.end_lba() <= track.start_lba()) {
      refuse(fmt::format("track {} has no sector behind its INDEX 01, expected at least one",
                         track.number));
    }
    const Extent* before = nullptr;
    for (const Extent& extent : track.extents) {
      if (extent.storage == Storage::blank) {
        refuse(fmt::format("track {} has sectors that are in no file, expected all of them in one",
                           track.number));
      }
      const bool goes_on =
          before == nullptr || (before->file == extent.file && before->storage == extent.storage &&
                                before->first + before->sectors == extent.first &&
                                before->offset + static_cast<std::uint64_t>(before->sectors) *
                                                     stride_of(before->storage) ==
                                    extent.offset);
      if (!goes_on || extent.swapped) {
        refuse(
            fmt::format("track {} is put together from pieces or has swapped samples, expected "
                        "its sectors one behind the other in one file",
                        track.number));
      }
      before = &extent;
    }
    const Storage storage = track.extents.front().storage;
    const bool held =
        storage == Storage::raw2352 || storage == Storage::raw2448 ||
        (track.is_data() && (storage == Storage::user2048 || storage == Storage::xa2336));
    if (!held) {
      refuse(fmt::format("track {} in sectors of {} bytes, expected 2048, 2336, 2352 or 2448",
                         track.number, stride_of(storage)));
    }
  }

  std::string row(const Track& track) const {
    require_whole(track);
    const Extent& first = track.extents.front();
    const std::uint64_t skipped = static_cast<std::uint64_t>(track.start_lba() - first.first);
    const int control = track.is_data() ? 4 : 0;
    return fmt::format("{} {} {} {} {} {}\n", track.number, track.start_lba().value, control,
                       stride_of(first.storage), name_of_file(layout_.files[first.file]),
                       first.offset + skipped * stride_of(first.storage));
  }

  static std::string name_of_file(const DiscFile& file) {
    std::string name =
        (file.path.is_absolute() ? file.path.filename() : file.path).generic_string();
    if (printable(name, name.size() + 1) != name || name.find('"') != std::string::npos) {
      throw Error(ErrorCode::refused, name,
                  "a file name with a quote, a control character or bytes that are no UTF-8, "
                  "expected one that a GDI can hold");
    }
    return name.find(' ') == std::string::npos ? name : '"' + name + '"';
  }

  const Disc& layout_;
  std::string place_;
};

}  // namespace

std::string write_gdi(const Disc& layout) { return Writer(layout).write(); }

}  // namespace pregap::formats
