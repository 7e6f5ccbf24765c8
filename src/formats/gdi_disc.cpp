// From a GDI's rows to a disc: each track's sectors reach to the end of its file. What lies between
// them and the next row is a pregap that isn't stored: dumps leave it out.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "formats/disc_file.h"
#include "formats/find_file.h"
#include "formats/format.h"
#include "formats/gdi.h"
#include "formats/storage.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::array<std::string_view, 1> kEndings = {".gdi"};
constexpr std::uint64_t kMostSheetBytes = 1024 * 1024;
constexpr std::int32_t kLongestUsualGap = 300;  // post-gap and pregap of 2 s each

constexpr int kDataBit = 4, kPreEmphasisBit = 1, kCopyBit = 2, kFourChannelBit = 8;

std::optional<Storage> storage_of(int sector_size, bool data) {
  switch (sector_size) {
    case 2352:
      return Storage::raw2352;
    case 2448:
      return Storage::raw2448;
    case 2048:
      return data ? std::optional(Storage::user2048) : std::nullopt;
    case 2336:
      return data ? std::optional(Storage::xa2336) : std::nullopt;
    default:
      return std::nullopt;
  }
}

class Builder {
 public:
  Builder(const GdiSheet& sheet, const std::filesystem::path& path, const OpenOptions& options)
      : sheet_(sheet), options_(options), place_(path.string()), folder_(path.parent_path()) {}

  Disc build() {
    disc_.problems = sheet_.problems;
    for (const GdiTrack& track : sheet_.tracks) files_.push_back(open_named(track));
    for (std::size_t t = 0; t < sheet_.tracks.size(); ++t) add_track(t);
    return std::move(disc_);
  }

 private:
  std::string place(const GdiTrack& track) const {
    return fmt::format("{}:{}", place_, track.line);
  }

  void problem(Severity severity, const char* code, std::string message,
               std::optional<std::size_t> file = {}) {
    disc_.problems.push_back(
        {.severity = severity, .code = code, .message = std::move(message), .file = file});
  }

  std::size_t open_named(const GdiTrack& track) {
    const std::filesystem::path path = find_named_file(folder_, track.name, options_, place(track));
    const auto known = std::ranges::find(disc_.files, path, &DiscFile::path);
    const auto file = static_cast<std::size_t>(known - disc_.files.begin());
    if (known == disc_.files.end()) disc_.files.push_back(open_disc_file(path, options_));
    return file;
  }

  bool in_second_area(std::size_t t) const { return sheet_.tracks[t].lba >= kHighDensityStart; }

  // Where a track's bytes end: at its file's end, or where a later row begins in the same file.
  std::uint64_t end_of(std::size_t t) const {
    std::uint64_t end = disc_.files[files_[t]].bytes->size();
    for (std::size_t other = 0; other < files_.size(); ++other) {
      const std::uint64_t begin = sheet_.tracks[other].offset;
      if (files_[other] == files_[t] && begin > sheet_.tracks[t].offset) end = std::min(end, begin);
    }
    return end;
  }

  // Sectors up to the next row, if there is one in the area.
  std::optional<std::int32_t> room(std::size_t t) const {
    if (t + 1 < sheet_.tracks.size()) return sheet_.tracks[t + 1].lba - sheet_.tracks[t].lba;
    return std::nullopt;
  }

  void add_track(std::size_t t) {
    const GdiTrack& row = sheet_.tracks[t];
    const bool data = (row.control & kDataBit) != 0;
    const std::optional<Storage> storage = storage_of(row.sector_size, data);
    if (!storage) {
      throw Error(ErrorCode::unsupported, place(row),
                  fmt::format("{} sectors of {} bytes, expected {}", data ? "data" : "audio",
                              row.sector_size, data ? "2048, 2336, 2352 or 2448" : "2352 or 2448"));
    }
    Track track;
    track.number = row.number;
    track.session = in_second_area(t) ? 2 : 1;
    track.flags = {.copy_permitted = (row.control & kCopyBit) != 0,
                   .four_channel = (row.control & kFourChannelBit) != 0 && !data,
                   .pre_emphasis = (row.control & kPreEmphasisBit) != 0 && !data};
    declare(track, *storage, data);
    track.indexes.push_back({.number = 1, .lba = row.lba});
    const std::int32_t sectors = sectors_of(t, *storage);
    track.extents.push_back({.file = files_[t],
                             .offset = row.offset,
                             .storage = *storage,
                             .first = row.lba,
                             .sectors = sectors});
    if (!disc_.tracks.empty() && disc_.tracks.back().session == track.session) {
      track.unstored_pregap = row.lba - disc_.tracks.back().end_lba();
      report_gap(track, disc_.tracks.back());
    }
    add_session(track.session);
    disc_.tracks.push_back(std::move(track));
  }

  // A row says data or audio; the sectors say which data.
  static void declare(Track& track, Storage storage, bool data) {
    if (!data) {
      track.type = track.declared = TrackType::audio;
      track.declared_as = "audio";
    } else if (storage == Storage::xa2336) {
      track.type = track.declared = TrackType::mode2;
      track.declared_as = "data";
    } else {
      track.type = track.declared = TrackType::mode1;
      if (storage == Storage::user2048) track.declared_as = "data";
    }
  }

  void add_session(int number) {
    if (disc_.find_session(number) != nullptr) return;
    Session session;
    session.number = number;
    if (sheet_.tracks.back().lba >= kHighDensityStart) {  // else it may be any CD
      session.area = number == 1 ? Area::single_density : Area::high_density;
    }
    disc_.sessions.push_back(std::move(session));
  }

  std::int32_t sectors_of(std::size_t t, Storage storage) {
    const GdiTrack& row = sheet_.tracks[t];
    const std::string file = disc_.files[files_[t]].path.string();
    const std::uint64_t end = end_of(t);
    if (row.offset >= end) {
      throw Error(ErrorCode::malformed, place(row),
                  fmt::format("byte {} of {}, expected one within its {} bytes", row.offset, file,
                              disc_.files[files_[t]].bytes->size()));
    }
    std::int32_t sectors = whole_sectors(end - row.offset, storage, file);
    const std::uint64_t used =
        row.offset + static_cast<std::uint64_t>(sectors) * stride_of(storage);
    if (end == disc_.files[files_[t]].bytes->size()) {
      if (auto left = leftover_problem(*disc_.files[files_[t]].bytes, used, storage)) {
        left->file = files_[t];
        disc_.problems.push_back(*left);
      }
    }
    if (const std::optional<std::int32_t> most = room(t); most && sectors > *most) {
      problem(Severity::warning, "track.overlap",
              fmt::format("{}: {} in {}, {} up to track {}: those behind are passed over",
                          place(row), counted(sectors, "sector"), file, with_thousands(*most),
                          sheet_.tracks[t + 1].number),
              files_[t]);
      sectors = *most;
    }
    return sectors;
  }

  void report_gap(const Track& track, const Track& before) {
    if (track.unstored_pregap <= kLongestUsualGap) return;
    problem(Severity::warning, "track.gap",
            fmt::format("{}: {} between track {} and track {} in no file, expected at most {}",
                        place_, counted(track.unstored_pregap, "sector"), before.number,
                        track.number, kLongestUsualGap));
  }

  const GdiSheet& sheet_;
  const OpenOptions& options_;
  std::string place_;
  std::filesystem::path folder_;
  Disc disc_;
  std::vector<std::size_t> files_;  // by row: index into disc_.files
};

// The count, then a row that says a track's number, place, type and size.
bool begins_with_rows(std::span<const std::uint8_t> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  try {
    return head.size() < 64 * 1024 && !parse_gdi(text, "").tracks.empty();
  } catch (const Error&) {
    return false;
  }
}

int probe(const Candidate& c) {
  if (c.ending == ".gdi") return kByContent + 10;  // even if its content is no GDI: say so
  return begins_with_rows(c.head) ? kByName : kNotMine;
}

Disc open(const Candidate& c, const OpenOptions& options) {
  if (c.bytes->size() > kMostSheetBytes) {
    throw Error(ErrorCode::malformed, c.path.string(),
                fmt::format("{} bytes, expected a GDI of at most 1 MiB", c.bytes->size()));
  }
  std::string text(c.bytes->size(), '\0');
  read_exactly(*c.bytes, 0, std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
  return build_gdi_disc(parse_gdi(text, c.path.string()), c.path, options);
}

}  // namespace

Disc build_gdi_disc(const GdiSheet& sheet, const std::filesystem::path& path,
                    const OpenOptions& options) {
  return Builder(sheet, path, options).build();
}

const Format kGdiFormat{
    .name = "gdi", .endings = kEndings, .probe = probe, .open = open, .write = write_gdi};

}  // namespace pregap::formats
