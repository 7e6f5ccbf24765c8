#include "operations/open_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "bytes/padded.h"
#include "operations/look.h"
#include "pregap/error.h"
#include "volumes/fat_overlay.h"
#include "volumes/hfs_reader.h"
#include "volumes/iso9660.h"
#include "volumes/iso_reader.h"
#include "volumes/tsk_reader.h"
#include "volumes/udf_reader.h"
#include "volumes/worker.h"

namespace pregap::operations {
namespace {

using volumes::FileReader;
using volumes::IsoView;

constexpr std::uint64_t kUserData = 2048;

bool is_iso_kind(std::string_view kind) {
  return kind == "ISO 9660" || kind == "Joliet" || kind == "Rock Ridge" || kind == "High Sierra";
}
bool is_hfs_kind(std::string_view kind) {
  return kind == "HFS" || kind == "HFS+" || kind == "HFSX";
}

IsoView iso_view(const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    if (part == "iso") return IsoView::plain;
    if (part == "joliet") return IsoView::joliet;
    if (part == "rockridge") return IsoView::rock_ridge;
  }
  return IsoView::best;
}

// What a volume that begins `track` is called, in the view that is shown.
std::string iso_label(const ByteSource& track, std::string_view kind) {
  const std::string_view of = kind == "Rock Ridge" ? "ISO 9660" : kind;
  for (const volumes::Volume& volume : volumes::read_volumes(track)) {
    if (volume.kind == of) return volume.volume_id;
  }
  return {};
}

// A member of an archive is named behind the archive.
std::filesystem::path name_of(const ImageAddress& address) {
  if (address.member.empty()) return address.image;
  return address.image.string() + ':' + address.member;
}

bool is_view(std::string_view part) {
  return part == "iso" || part == "joliet" || part == "rockridge";
}

}  // namespace

FileImage::FileImage(const ImageAddress& address, const OpenOptions& options) {
  Look look = look_for_disk(name_of(address), options);
  image_ = std::move(look.image);
  contents_ = std::move(look.contents);
  if (image_.disc) {
    checked_ = std::make_shared<CheckedData>(*image_.disc);
    content_ = checked_;
    contents_ = volumes::look_into(*content_, volumes::IsoViews::without);
    find_track_volumes();
  } else {
    content_ = image_.bytes;
  }
  find_disk_volumes();
}

// Of a later session: the first one's volume is found as a hybrid's. Its addresses count from the
// disc's start, unless it was made as if the track were a disc of its own.
void FileImage::find_udf(FileVolume& volume) const {
  std::string why;
  if (!volume.kind.empty() && !volume.absolute) return;
  volume.has_udf =
      volumes::open_udf(content_, why, volume.offset, volume.offset + volume.size) != nullptr;
  if (!volume.kind.empty()) return;
  volume.absolute = volume.has_udf;
  if (volume.has_udf || volumes::open_udf(bytes_of(volume), why) != nullptr) volume.kind = "UDF";
}

void FileImage::find_track_volumes() {
  for (const Track& track : image_.disc->tracks) {
    if (!track.is_data() || track.stored_sectors() == 0 || track.start_lba().value < 0) continue;
    const auto first = static_cast<std::uint64_t>(track.start_lba().value);
    FileVolume volume{.address = fmt::format("t{}", track.number),
                      .kind = {},
                      .label = {},
                      .offset = first * kUserData,
                      .size = static_cast<std::uint64_t>(track.sectors()) * kUserData,
                      .table = {},
                      .session = track.session,
                      .absolute = true};
    if (const auto reader = volumes::open_iso(content_, IsoView::best, first)) {
      volume.kind = reader->kind();
    } else if (first > 0) {  // made as if the track were a disc of its own
      volume.absolute = false;
      const auto reader_of_track = volumes::open_iso(bytes_of(volume), IsoView::best);
      if (reader_of_track != nullptr) volume.kind = reader_of_track->kind();
    }
    if (is_iso_kind(volume.kind)) {
      volume.label =
          iso_label(*padded_source(content_, volume.offset, volume.size, volume.size), volume.kind);
    }
    if (first > 0) find_udf(volume);
    volumes_.push_back(std::move(volume));
  }
}

// UDF counts its partition alone, and has anchors and descriptors behind it too.
std::uint64_t FileImage::size_of(const volumes::FileSystem& fs) const {
  if (fs.kind != "UDF") return fs.size;
  for (const volumes::PartitionTable& table : contents_.tables) {
    for (const volumes::Partition& p : table.partitions) {
      if (p.address == fs.partition && p.offset == fs.offset) return p.size;
    }
  }
  return content_->size() - fs.offset;
}

void FileImage::find_disk_volumes() {
  for (const volumes::FileSystem& fs : contents_.file_systems) {
    if (fs.offset >= content_->size()) continue;
    FileVolume volume{.address = fs.partition,
                      .kind = fs.kind,
                      .label = fs.label,
                      .offset = fs.offset,
                      .size = std::min(size_of(fs), content_->size() - fs.offset)};
    if (volume.address.empty() && image_.disc) volume.address = to_lower(fs.kind.substr(0, 3));
    volumes_.push_back(std::move(volume));
  }
  for (const volumes::PartitionTable& table : contents_.tables) {
    for (const volumes::Partition& p : table.partitions) {
      if (p.offset >= content_->size()) continue;
      const auto same = [&](const FileVolume& v) {
        return v.address == p.address && (v.offset == p.offset || v.table.empty());
      };
      const auto known = std::ranges::find_if(volumes_, same);
      if (known != volumes_.end() && known->table.empty()) {
        known->table = table.kind;
      } else {
        volumes_.push_back({.address = p.address,
                            .kind = {},
                            .label = p.label,
                            .offset = p.offset,
                            .size = std::min(p.size, content_->size() - p.offset),
                            .table = table.kind});
      }
    }
  }
}

bool FileImage::has_files() const {
  return std::ranges::any_of(volumes_, [](const FileVolume& v) { return !v.kind.empty(); });
}

const FileVolume* FileImage::default_volume() const {
  const FileVolume* chosen = nullptr;
  std::size_t with_files = 0;
  for (const FileVolume& volume : volumes_) {
    if (volume.kind.empty()) continue;
    ++with_files;
    if (volume.session > 0) {  // later sessions take the place of earlier ones
      if (chosen == nullptr || volume.session > chosen->session) chosen = &volume;
    }
  }
  if (chosen != nullptr) return chosen;
  for (const FileVolume& volume : volumes_) {
    if (volume.kind.empty()) continue;
    const bool is_image = volume.address.empty() || image_.disc.has_value();
    if (is_image || with_files == 1) return &volume;
  }
  return nullptr;
}

const FileVolume* FileImage::find_part(const std::string& part) const {
  if (part == "udf") {  // later sessions take the place of earlier ones
    const FileVolume* last = nullptr;
    for (const FileVolume& volume : volumes_) {
      if (volume.has_udf && (last == nullptr || volume.session > last->session)) last = &volume;
    }
    if (last != nullptr) return last;
  }
  for (const FileVolume& volume : volumes_) {
    if (volume.address == part || volume.table + '.' + volume.address == part) return &volume;
    if (volume.session > 0 && part == fmt::format("s{}", volume.session)) return &volume;
    if (part == "udf" && volume.kind == "UDF") return &volume;
    if (part == "hfs" && is_hfs_kind(volume.kind)) return &volume;
  }
  return nullptr;
}

const FileVolume* FileImage::choose(const std::vector<std::string>& parts) const {
  const FileVolume* chosen = nullptr;
  bool named = false;
  for (const std::string& part : parts) {
    if (is_view(part)) continue;
    named = true;
    if (part == "udf" && chosen != nullptr && chosen->has_udf) continue;  // disc.cue:t2:udf
    chosen = find_part(part);
    if (chosen == nullptr) throw_unknown_part(part);
  }
  return named ? chosen : default_volume();
}

void FileImage::throw_unknown_part(const std::string& part) const {
  std::vector<std::string> known;
  for (const FileVolume& volume : volumes_) {
    if (!volume.address.empty()) known.push_back(volume.address);
  }
  throw Error(ErrorCode::not_found, image_.path.string(),
              known.empty()
                  ? fmt::format("no {} in it, which has no parts", part)
                  : fmt::format("no {} in it, expected one of: {}", part, fmt::join(known, " ")));
}

std::shared_ptr<const ByteSource> FileImage::bytes_of(const FileVolume& volume) const {
  if (volume.absolute || (volume.offset == 0 && volume.size == content_->size())) return content_;
  return padded_source(content_, volume.offset, volume.size, volume.size);
}

std::unique_ptr<FileReader> FileImage::open(const FileVolume& volume,
                                            const std::vector<std::string>& parts) const {
  const auto place = [&] {
    return volume.address.empty() ? image_.path.string()
                                  : image_.path.string() + ':' + volume.address;
  };
  std::shared_ptr<const ByteSource> bytes = bytes_of(volume);
  const bool wants_udf = volume.has_udf && std::ranges::find(parts, "udf") != parts.end();
  if (volume.kind == "UDF" || wants_udf) {
    std::string why;
    auto reader = volume.has_udf
                      ? volumes::open_udf(content_, why, volume.offset, volume.offset + volume.size)
                      : volumes::open_udf(bytes, why);
    if (reader != nullptr) return reader;
    throw Error(ErrorCode::malformed, place(), why + ", expected a UDF volume with a root folder");
  }
  if (is_iso_kind(volume.kind)) {
    auto reader =
        volumes::open_iso(bytes, iso_view(parts), volume.absolute ? volume.offset / kUserData : 0);
    if (reader != nullptr) return reader;
    throw Error(ErrorCode::not_found, place(), "no such view of the volume, expected one it has",
                fmt::format("its files are readable as {}", volume.kind));
  }
  if (volume.kind == "HFS") {
    if (auto reader = volumes::open_hfs(bytes)) return reader;
    throw Error(ErrorCode::malformed, place(), "a catalog that can't be read, expected HFS's");
  }
  if (volumes::tsk_reads(volume.kind)) {
    if (volume.kind.starts_with("FAT")) bytes = volumes::with_boot_sector(std::move(bytes));
    return volumes::open_in_worker(
        bytes, volume.kind,
        [kind = volume.kind](std::shared_ptr<const ByteSource> source) {
          return volumes::open_tsk(std::move(source), kind);
        },
        {}, &volumes::load_tsk);
  }
  throw Error(
      ErrorCode::unsupported, place(),
      volume.kind.empty()
          ? "no file system that is known, expected one whose files can be read"
          : fmt::format("{}, expected a file system whose files pregap reads", volume.kind));
}

}  // namespace pregap::operations
