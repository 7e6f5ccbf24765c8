#include "formats/cue_addresses.h"

#include <fmt/format.h>

#include <algorithm>

#include "formats/storage.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::int32_t kStandardPregap = 150;

class Addresses {
 public:
  Addresses(const CueSheet& sheet, const CueImages& images, const std::vector<CueGap>& gaps,
            const CueLayout& layout, const std::string& place, Disc& disc)
      : sheet_(sheet), images_(images), gaps_(gaps), layout_(layout), place_(place), disc_(disc) {}

  void assign() {
    Lba at = start();
    for (std::size_t t = 0; t < disc_.tracks.size(); ++t) {
      Track& track = disc_.tracks[t];
      drop_standard_pregap(t);
      if (const CueGap* gap = gap_before(gaps_, t)) at = behind_gap(*gap, at);
      at = advanced(at, track.unstored_pregap);
      assign_track(t, at);
      for (const CuePiece& piece : layout_.pieces[t]) at = advanced(at, piece.length);
      at = advanced(at, track.unstored_postgap);
      std::erase_if(track.extents, [](const Extent& e) { return e.sectors == 0; });
    }
  }

 private:
  // The header of the track's first stored sector, if it has one and the next goes on from it.
  std::optional<Lba> header_of(const Track& track) const {
    if (track.declared == TrackType::audio || track.extents.empty()) return std::nullopt;
    const Extent& extent = track.extents.front();
    if (extent.sectors == 0) return std::nullopt;
    const ByteSource& file = *disc_.files[extent.file].bytes;
    const std::optional<Lba> first = stored_address(file, extent.offset, extent.storage);
    if (!first || extent.sectors == 1) return first;
    const std::optional<Lba> next =
        stored_address(file, extent.offset + stride_of(extent.storage), extent.storage);
    return next == *first + 1 ? first : std::nullopt;
  }

  // From a track's first stored sector to INDEX 01.
  std::int32_t stored_pregap(std::size_t t) const {
    const CueTrack& track = sheet_.tracks[t];
    const CueIndex* start = nullptr;
    for (const CueIndex& index : track.indexes) {
      if (index.number == 1) start = &index;
    }
    if (start == nullptr) return 0;
    std::int32_t before = 0;
    for (std::size_t e = 0; e < layout_.pieces[t].size(); ++e) {
      const CuePiece& piece = layout_.pieces[t][e];
      if (disc_.tracks[t].extents[e].file == file_of(*start)) {
        return before + start->time - piece.begin;
      }
      before += piece.length;
    }
    return 0;
  }

  // A stored pregap of track 1 is the one that every disc has before LBA 0 if its headers say so.
  Lba start() {
    const Track& track = disc_.tracks.front();
    const std::int32_t pregap = stored_pregap(0);
    if (pregap == 0 || track.unstored_pregap > 0 || header_of(track) != Lba(-pregap)) {
      return Lba(0);
    }
    note(sheet_.tracks.front().line, "sheet.pregap",
         fmt::format("the pregap of track {} lies before LBA 0, as its headers say", track.number));
    return Lba(-pregap);
  }

  // Some sheets spell out the two seconds before track 1 that every disc has; the headers tell
  // them from a pregap that comes on top.
  void drop_standard_pregap(std::size_t t) {
    Track& track = disc_.tracks[t];
    if (t > 0 || track.unstored_pregap != kStandardPregap || header_of(track) != Lba(0)) return;
    track.unstored_pregap = 0;
    note(sheet_.tracks[t].line, "sheet.pregap",
         fmt::format("PREGAP of track {} is the one that every disc has before LBA 0, as its "
                     "headers say",
                     track.number));
  }

  Lba behind_gap(const CueGap& gap, Lba at) {
    const Track& track = disc_.tracks[gap.track];
    if (gap.told == GapTold::area) {
      const Lba there = kHighDensityStart - stored_pregap(gap.track) - track.unstored_pregap;
      if (there >= at) return there;
      warn(sheet_.tracks[gap.track].line, "sheet.session",
           fmt::format("the tracks before reach beyond LBA {}, where the high-density area begins",
                       kHighDensityStart.value));
      return at;
    }
    if (gap.told != GapTold::nothing) return advanced(at, gap.sectors);
    return advanced(at, gap_by_header(gap, at));
  }

  // Where the sheet says only that a session begins, its headers may say where.
  std::int32_t gap_by_header(const CueGap& gap, Lba at) {
    constexpr std::int32_t kMost = 10 * kFramesPerMinute;
    const Track& track = disc_.tracks[gap.track];
    const std::optional<Lba> header = header_of(track);
    if (!header) return gap.sectors;
    const std::int32_t told = *header - at - track.unstored_pregap;
    if (told < 0 || told > kMost || told == gap.sectors) return gap.sectors;
    note(sheet_.tracks[gap.track].line, "sheet.session",
         fmt::format("session {} begins {} sectors behind the one before, as its headers say",
                     track.session, told));
    return told;
  }

  // Files add up to more than an address can count only in sheets made for it.
  Lba advanced(Lba at, std::int32_t sectors) const {
    if (std::int64_t{at.value} + sectors > static_cast<std::int64_t>(kMostCueSectors)) {
      throw Error(ErrorCode::unsupported, place_,
                  fmt::format("more than {} sectors in all its files, expected at most those",
                              kMostCueSectors));
    }
    return at + sectors;
  }

  void assign_track(std::size_t t, Lba at) {
    Track& track = disc_.tracks[t];
    const std::vector<CueIndex>& indexes = sheet_.tracks[t].indexes;
    if (layout_.hidden_start[t] && indexes.front().number != 0) {
      track.indexes.push_back({.number = 0, .lba = at});
    }
    for (std::size_t e = 0; e < track.extents.size(); ++e) {
      const CuePiece& piece = layout_.pieces[t][e];
      track.extents[e].first = at;
      for (const CueIndex& index : indexes) {
        if (file_of(index) != track.extents[e].file) continue;
        track.indexes.push_back({.number = index.number, .lba = at + (index.time - piece.begin)});
      }
      at = at + piece.length;
    }
  }

  void note(int line, const char* code, const std::string& message) {
    add(Severity::note, line, code, message);
  }
  void warn(int line, const char* code, const std::string& message) {
    add(Severity::warning, line, code, message);
  }
  void add(Severity severity, int line, const char* code, const std::string& message) {
    disc_.problems.push_back({.severity = severity,
                              .code = code,
                              .message = fmt::format("{}:{}: {}", place_, line, message)});
  }

  std::size_t file_of(const CueIndex& index) const {
    return images_.of_command[static_cast<std::size_t>(index.file)];
  }

  const CueSheet& sheet_;
  const CueImages& images_;
  const std::vector<CueGap>& gaps_;
  const CueLayout& layout_;
  const std::string& place_;
  Disc& disc_;
};

}  // namespace

void assign_cue_addresses(const CueSheet& sheet, const CueImages& images,
                          const std::vector<CueGap>& gaps, const CueLayout& layout,
                          const std::string& place, Disc& disc) {
  Addresses(sheet, images, gaps, layout, place, disc).assign();
}

}  // namespace pregap::formats
