#include "volumes/iso_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "pregap/error.h"
#include "volumes/iso_entry.h"
#include "volumes/iso_folder.h"
#include "volumes/iso_volume.h"

namespace pregap::volumes {
namespace {

class IsoReader final : public FileReader {
 public:
  explicit IsoReader(IsoVolume volume) : volume_(std::move(volume)) {}

  std::string_view kind() const noexcept override {
    switch (volume_.names) {
      case IsoNames::joliet:
        return "Joliet";
      case IsoNames::high_sierra:
        return "High Sierra";
      case IsoNames::plain:
        return volume_.susp_skip ? "Rock Ridge" : "ISO 9660";
    }
    return "";
  }

  FileEntry root() const override {
    FileEntry entry{.name = "", .id = {.number = volume_.root_record}, .kind = FileKind::folder};
    IsoRecords records(volume_);
    const auto record = records.at(volume_.root_record);
    if (!record) return entry;
    entry.size = record->data_length;
    entry.folder_key = volume_.start_of(*record);
    entry.times.modified = record->recorded;
    return entry;
  }

  void list(const FileEntry& folder, Deleted, const Take& take,
            std::vector<Problem>& problems) override {
    IsoRecords records(volume_);
    if (const auto own = records.at(folder.id.number)) {
      return list_iso_folder(volume_, folder, *own, take, problems);
    }
    tell_iso(problems, folder,
             fmt::format("no directory record at byte {} of the image, expected its own",
                         folder.id.number));
  }

  void content(const FileEntry& file, ContentSink& sink, std::vector<Problem>& problems) override {
    IsoRecords records(volume_);
    const auto record = records.at(file.id.number);
    if (!record) return tell_iso(problems, file, "no directory record, expected its own");
    const auto put = [&](const IsoRecord& extent) {
      if (const std::uint64_t missing = put_extent(extent, sink); missing > 0) {
        tell_iso(problems, file,
                 fmt::format("{} of its bytes lie behind the image's end", missing));
      }
    };
    put(*record);
    const bool whole = records.for_each_further_extent(
        *record, file.id.number, [&](const IsoRecord& next, std::uint64_t) { put(next); });
    if (!whole)
      tell_iso(problems, file, "its further extents are not told, expected their records");
  }

  std::optional<FileEntry> find(const FileId& id) override {
    if (id.number == volume_.root_record) return root();
    IsoRecords records(volume_);
    const auto record = records.at(id.number);
    if (!record) return std::nullopt;
    std::vector<Problem> ignored;
    auto entry = iso_entry(volume_, *record, id.number, ignored);
    if (!entry) return std::nullopt;
    records.for_each_further_extent(*record, id.number, [&](const IsoRecord& next, std::uint64_t) {
      entry->size += next.data_length;
    });
    return entry;
  }

  void unallocated(ContentSink&) override {
    throw Error(ErrorCode::unsupported, volume_.source->name(),
                "ISO 9660, which keeps no account of unused blocks");
  }

 private:
  // Returns how many of its bytes lie behind the image's end.
  std::uint64_t put_extent(const IsoRecord& record, ContentSink& sink) const {
    const std::uint64_t unit = std::uint64_t{record.unit_size} * volume_.block_size;
    const std::uint64_t gap = std::uint64_t{record.gap_size} * volume_.block_size;
    const std::uint64_t size = volume_.source->size();
    std::uint64_t left = record.data_length;
    std::uint64_t at = volume_.start_of(record);
    while (left > 0) {
      const std::uint64_t wanted = unit > 0 && gap > 0 ? std::min(unit, left) : left;
      const std::uint64_t there = at < size ? std::min(wanted, size - at) : 0;
      if (there > 0) sink.range(at, there);
      left -= there;
      if (there < wanted) return left;
      at += wanted + gap;
    }
    return 0;
  }

  IsoVolume volume_;
};

// Whether its root can be read. What SUSP says of itself is in the root folder's first record, and
// whether its fields are Rock Ridge's.
bool find_root(IsoVolume& volume) {
  IsoRecords records(volume);
  const auto root = records.at(volume.root_record);
  if (!root || !root->is_folder()) return false;
  if (volume.names != IsoNames::plain) return true;
  const auto self = records.at(volume.start_of(*root));
  if (!self) return true;
  volume.susp_skip = susp_skip(self->system_use);
  if (volume.susp_skip && !rock_ridge_of(volume, *self).mode) volume.susp_skip.reset();
  return true;
}

}  // namespace

std::unique_ptr<FileReader> open_iso(std::shared_ptr<const ByteSource> user_data, IsoView view,
                                     std::uint64_t first_sector) {
  std::optional<IsoVolume> plain, joliet;
  for (IsoVolume& volume : find_iso_volumes(std::move(user_data), first_sector)) {
    auto& place = volume.names == IsoNames::joliet ? joliet : plain;
    if (!place && find_root(volume)) place = std::move(volume);
  }
  const bool rock_ridge = plain && plain->susp_skip;
  const bool wants_joliet =
      view == IsoView::joliet || (view == IsoView::best && !rock_ridge && joliet);
  std::optional<IsoVolume>& chosen = wants_joliet ? joliet : plain;
  if (!chosen || (view == IsoView::rock_ridge && !rock_ridge)) return nullptr;
  if (view == IsoView::plain) chosen->susp_skip.reset();
  return std::make_unique<IsoReader>(std::move(*chosen));
}

}  // namespace pregap::volumes
