#include "volumes/iso_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "volumes/iso_entry.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kMostBytes = 256U << 20;  // a million of long names
constexpr std::uint64_t kMostGaps = 64;           // sectors without a record, in a row

class FolderList {
 public:
  FolderList(const IsoVolume& volume, const FileEntry& folder, const IsoRecord& own,
             const FileReader::Take& take, std::vector<Problem>& problems)
      : volume_(volume),
        records_(volume),
        folder_(folder),
        first_(volume.start_of(own)),
        size_(own.data_length),
        take_(take),
        problems_(problems),
        at_(first_) {}

  void run() {
    if (first_ >= volume_.source->size()) return tell("lies behind the image's end");
    list();
    if (broken_ > 0) {
      tell(fmt::format(
          "no directory record at byte {} of it{}, expected one", first_broken_,
          broken_ > 1 ? fmt::format(" and in {} more sectors", broken_ - 1) : std::string()));
    }
  }

 private:
  void list() {
    const std::uint64_t end = first_ + std::min(size_, kMostBytes);
    while (at_ < end) {
      const Bytes bytes = records_.bytes_at(at_);
      if (bytes.empty()) {
        return tell(fmt::format("ends at byte {}, expected {}", at_ - first_, size_));
      }
      if (in_a_row_ == kMostGaps) {
        return tell(
            fmt::format("{} sectors without a directory record before byte {} of {}: the "
                        "rest was not looked at",
                        kMostGaps, at_ - first_, size_));
      }
      const auto record = records_.at(at_);
      if (!record) {
        // Zeros fill up a sector; the first one begins with the folder's own record.
        if (bytes[0] != 0 || at_ == first_) note_broken();
        skip_sector();
        continue;
      }
      in_a_row_ = 0;
      if (!take_record(*record)) return;
    }
    if (size_ > kMostBytes) {
      tell(fmt::format("{} bytes long: the first {} were looked at", size_, kMostBytes));
    }
  }

  // Goes on behind it. False: the list was ended.
  bool take_record(const IsoRecord& record) {
    const std::uint64_t record_at = at_;
    at_ += record.length;
    if (record.is_self() || record.is_parent()) return true;
    std::optional<FileEntry> entry = iso_entry(volume_, record, record_at, problems_);
    if (!entry) return true;
    records_.for_each_further_extent(record, record_at,
                                     [&](const IsoRecord& next, std::uint64_t behind) {
                                       entry->size += next.data_length;
                                       at_ = behind;
                                     });
    return take_(std::move(*entry));
  }

  void note_broken() {
    if (broken_++ == 0) first_broken_ = at_ - first_;
  }
  void skip_sector() {
    if (at_ % kIsoSector == 0) ++in_a_row_;
    at_ += kIsoSector - at_ % kIsoSector;
  }
  void tell(const std::string& message) { tell_iso(problems_, folder_, message); }

  const IsoVolume& volume_;
  IsoRecords records_;
  const FileEntry& folder_;
  std::uint64_t first_, size_;  // in bytes
  const FileReader::Take& take_;
  std::vector<Problem>& problems_;
  std::uint64_t at_;
  std::uint64_t broken_ = 0, first_broken_ = 0;  // sectors; byte of the folder
  std::uint64_t in_a_row_ = 0;                   // sectors since the last record
};

}  // namespace

void list_iso_folder(const IsoVolume& volume, const FileEntry& folder, const IsoRecord& own,
                     const FileReader::Take& take, std::vector<Problem>& problems) {
  FolderList(volume, folder, own, take, problems).run();
}

}  // namespace pregap::volumes
