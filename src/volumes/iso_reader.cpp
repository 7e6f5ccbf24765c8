#include "volumes/iso_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "pregap/error.h"
#include "volumes/iso_names.h"
#include "volumes/rock_ridge.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kSector = 2048;
constexpr std::uint64_t kFirstDescriptor = 16, kMostDescriptors = 64;
constexpr std::uint64_t kMostFolderBytes = 256U << 20;  // a million of long names
constexpr std::size_t kMostExtents = 1U << 16;          // of one file: 256 TiB
constexpr std::uint64_t kMostGaps = 64;  // sectors of a folder that hold no record, in a row

using Sector = std::array<std::uint8_t, kSector>;

// Where a volume's root is told.
struct Root {
  IsoNames names = IsoNames::plain;
  std::uint64_t record_at = 0;  // in bytes
  std::uint32_t block_size = kSector;
};

std::uint32_t usable_block_size(std::uint32_t stated) {
  return stated == 512 || stated == 1024 ? stated : kSector;
}

// Asks for more than the source has as rarely as it can: the walk reads record after record.
class RecordSource {
 public:
  explicit RecordSource(std::shared_ptr<const ByteSource> source) : source_(std::move(source)) {}

  // From `at` to the end of its sector, which no record crosses.
  Bytes at(std::uint64_t at) {
    const std::uint64_t in_sector = at % kSector;
    const std::uint64_t start = at - in_sector;
    if (!filled_ || start != start_) {
      filled_ = true;
      start_ = start;
      size_ = source_->read(start, buffer_);
    }
    return in_sector < size_ ? Bytes(buffer_).first(size_).subspan(in_sector) : Bytes();
  }

 private:
  std::shared_ptr<const ByteSource> source_;
  Sector buffer_{};
  std::uint64_t start_ = 0;
  std::size_t size_ = 0;
  bool filled_ = false;
};

class IsoReader final : public FileReader {
 public:
  IsoReader(std::shared_ptr<const ByteSource> source, Root root)
      : source_(std::move(source)), root_(root) {}

  // Whether the root can be read; finds out about Rock Ridge too.
  bool start() {
    RecordSource records(source_);
    const auto record = record_at(records, root_.record_at);
    if (!record || !record->is_folder()) return false;
    const std::uint64_t first = start_of(*record);
    const auto self = parse_iso_record(records.at(first), root_.names);
    if (self && root_.names == IsoNames::plain) skip_ = susp_skip(self->system_use);
    return true;
  }
  bool has_rock_ridge() {
    if (!skip_) return false;
    // SP alone says that there are fields: whether they are Rock Ridge's, the first records tell.
    RecordSource records(source_);
    const auto record = record_at(records, root_.record_at);
    const std::uint64_t first = start_of(*record);
    const auto self = parse_iso_record(records.at(first), root_.names);
    return self && rock_ridge_of(*self).mode.has_value();
  }
  void ignore_rock_ridge() { skip_.reset(); }

  std::string_view kind() const noexcept override {
    switch (root_.names) {
      case IsoNames::joliet:
        return "Joliet";
      case IsoNames::high_sierra:
        return "High Sierra";
      case IsoNames::plain:
        return skip_ ? "Rock Ridge" : "ISO 9660";
    }
    return "";
  }

  FileEntry root() const override {
    RecordSource records(source_);
    const auto record = record_at(records, root_.record_at);
    FileEntry entry{.name = "", .id = {.number = root_.record_at}, .kind = FileKind::folder};
    if (!record) return entry;
    entry.size = record->data_length;
    entry.folder_key = start_of(*record);
    entry.times.modified = record->recorded;
    return entry;
  }

  void list(const FileEntry& folder, Deleted, const Take& take,
            std::vector<Problem>& problems) override {
    RecordSource records(source_);
    const auto own = record_at(records, folder.id.number);
    if (!own) {
      tell(problems, folder,
           fmt::format("no directory record at byte {} of the image, expected its own",
                       folder.id.number));
      return;
    }
    const std::uint64_t first = start_of(*own);
    if (first >= source_->size()) {
      tell(problems, folder, "lies behind the image's end");
      return;
    }
    Gaps gaps;
    list_records(records, {first, own->data_length}, folder, take, gaps, problems);
    if (gaps.broken > 0) {
      tell(problems, folder,
           fmt::format("no directory record at byte {} of it{}, expected one", gaps.first_broken,
                       gaps.broken > 1 ? fmt::format(" and in {} more sectors", gaps.broken - 1)
                                       : std::string()));
    }
  }

  void content(const FileEntry& file, ContentSink& sink, std::vector<Problem>& problems) override {
    RecordSource records(source_);
    const auto record = record_at(records, file.id.number);
    if (!record) return tell(problems, file, "no directory record, expected its own");
    put_extent(*record, sink, file, problems);
    const bool whole = for_each_further_extent(
        records, *record, file.id.number,
        [&](const IsoRecord& next, std::uint64_t) { put_extent(next, sink, file, problems); });
    if (!whole) tell(problems, file, "its further extents are not told, expected their records");
  }

  std::optional<FileEntry> find(const FileId& id) override {
    RecordSource records(source_);
    if (id.number == root_.record_at) return root();
    const auto record = record_at(records, id.number);
    if (!record) return std::nullopt;
    std::vector<Problem> ignored;
    auto entry = entry_of(*record, id.number, ignored);
    if (entry) entry->size = total_size(id.number);
    return entry;
  }

  void unallocated(ContentSink&) override {
    throw Error(ErrorCode::unsupported, source_->name(),
                "ISO 9660, which keeps no account of unused blocks",
                "extract takes what lies between the files from no disc yet");
  }

 private:
  std::optional<IsoRecord> record_at(RecordSource& records, std::uint64_t at) const {
    return parse_iso_record(records.at(at), root_.names);
  }

  std::uint64_t start_of(const IsoRecord& record) const {
    return (static_cast<std::uint64_t>(record.first_block) + record.xar_blocks) * root_.block_size;
  }

  RockRidge rock_ridge_of(const IsoRecord& record) const {
    return parse_rock_ridge(record.system_use, *skip_, *source_, root_.block_size);
  }

  std::optional<FileEntry> entry_of(const IsoRecord& record, std::uint64_t at,
                                    std::vector<Problem>& problems) const {
    FileEntry entry{.name = iso_name(record.identifier, root_.names),
                    .id = {.number = at},
                    .kind = record.is_folder() ? FileKind::folder : FileKind::file,
                    .size = record.data_length,
                    .folder_key = start_of(record)};
    entry.times.modified = record.recorded;
    if (const auto xa = xa_attributes(record.system_use)) {
      entry.form2 = (*xa & (kXaForm2 | kXaInterleaved)) != 0;
    }
    if (skip_ && !add_rock_ridge(rock_ridge_of(record), entry, problems)) return std::nullopt;
    if (record.is_associated()) entry.name += ":associated";
    entry.name = safe_name(std::move(entry.name));
    return entry;
  }

  // False: not an entry of this folder.
  bool add_rock_ridge(const RockRidge& rr, FileEntry& entry, std::vector<Problem>& problems) const {
    if (rr.relocated || rr.is_current_or_parent) return false;
    if (!rr.name.empty()) entry.name = utf8_name(rr.name);
    if (rr.loops) {
      tell(problems, entry, "its Rock Ridge continues in a circle or nowhere, expected an end");
    }
    if (rr.mode) set_mode(*rr.mode, entry);
    entry.uid = rr.uid;
    entry.gid = rr.gid;
    if (!rr.link_target.empty()) {
      entry.kind = FileKind::link;
      entry.link_target = utf8_name(rr.link_target);
    }
    const auto or_else = [](const auto& a, const auto& b) { return a ? a : b; };
    entry.times = {.modified = or_else(rr.times.modified, entry.times.modified),
                   .accessed = rr.times.accessed,
                   .changed = rr.times.changed,
                   .created = rr.times.created};
    if (rr.child) follow_child(*rr.child, entry);
    return true;
  }

  static void set_mode(std::uint32_t mode, FileEntry& entry) {
    entry.mode = mode & 07777;
    if (entry.kind == FileKind::folder) return;
    switch (mode & 0170000) {
      case 0120000:
        entry.kind = FileKind::link;
        break;
      case 0010000:
        entry.kind = FileKind::fifo;
        break;
      case 0020000:
        entry.kind = FileKind::character;
        break;
      case 0060000:
        entry.kind = FileKind::block;
        break;
      case 0140000:
        entry.kind = FileKind::socket;
        break;
      default:
        break;
    }
  }

  // A folder too deep for ISO 9660 lies elsewhere: its own first record stands for it.
  void follow_child(std::uint32_t block, FileEntry& entry) const {
    entry.kind = FileKind::folder;
    entry.id.number = static_cast<std::uint64_t>(block) * root_.block_size;
    RecordSource records(source_);
    if (const auto self = record_at(records, entry.id.number)) {
      entry.folder_key = start_of(*self);
      entry.size = self->data_length;
    }
  }

  // What a folder holds where records should be.
  struct Gaps {
    std::uint64_t broken = 0, first_broken = 0;  // sectors; byte of the folder
    std::uint64_t in_a_row = 0;                  // sectors, broken or empty, since the last record
  };
  struct Extent {
    std::uint64_t first = 0, size = 0;  // in bytes
  };

  void list_records(RecordSource& records, const Extent& extent, const FileEntry& folder,
                    const Take& take, Gaps& gaps, std::vector<Problem>& problems) {
    const std::uint64_t first = extent.first;
    const std::uint64_t end = first + std::min(extent.size, kMostFolderBytes);
    std::uint64_t at = first;
    const auto skip_sector = [&] {
      if (at % kSector == 0) ++gaps.in_a_row;
      at += kSector - at % kSector;
    };
    while (at < end) {
      const Bytes bytes = records.at(at);
      if (bytes.empty()) {
        tell(problems, folder,
             fmt::format("ends at byte {}, expected {}", at - first, extent.size));
        return;
      }
      if (gaps.in_a_row == kMostGaps) {
        tell(problems, folder,
             fmt::format("{} sectors without a directory record before byte {} of {}: the rest was "
                         "not looked at",
                         kMostGaps, at - first, extent.size));
        return;
      }
      if (bytes[0] == 0) {  // the rest of the sector is empty
        skip_sector();
        continue;
      }
      const auto record = parse_iso_record(bytes, root_.names);
      if (!record) {
        if (gaps.broken++ == 0) gaps.first_broken = at - first;
        skip_sector();
        continue;
      }
      gaps.in_a_row = 0;
      const std::uint64_t record_offset = at;
      at += record->length;
      if (record->is_self() || record->is_parent()) continue;
      std::optional<FileEntry> entry = entry_of(*record, record_offset, problems);
      if (!entry) continue;
      for_each_further_extent(records, *record, record_offset,
                              [&](const IsoRecord& next, std::uint64_t behind) {
                                entry->size += next.data_length;
                                at = behind;
                              });
      if (!take(std::move(*entry))) return;
    }
    if (extent.size > kMostFolderBytes) {
      tell(
          problems, folder,
          fmt::format("{} bytes long: the first {} were looked at", extent.size, kMostFolderBytes));
    }
  }

  // Of a file of several extents, whose record at `at` is the first: the records behind it, which
  // bear the same name. False where the chain breaks off.
  template <typename Use>
  bool for_each_further_extent(RecordSource& records, const IsoRecord& first_record,
                               std::uint64_t at, const Use& use) const {
    if (!first_record.has_more_extents()) return true;
    const std::vector<std::uint8_t> identifier(first_record.identifier.begin(),
                                               first_record.identifier.end());
    bool more = true;
    at += first_record.length;
    for (std::size_t n = 0; more; ++n) {
      Bytes bytes = records.at(at);
      if (!bytes.empty() && bytes[0] == 0) {  // the next extent's record is in the next sector
        at += kSector - at % kSector;
        bytes = records.at(at);
      }
      const auto record = bytes.empty() ? std::nullopt : parse_iso_record(bytes, root_.names);
      if (n == kMostExtents || !record || !std::ranges::equal(record->identifier, identifier)) {
        return false;
      }
      at += record->length;
      more = record->has_more_extents();
      use(*record, at);
    }
    return true;
  }

  std::uint64_t total_size(std::uint64_t at) {
    struct Counter final : ContentSink {
      void range(std::uint64_t, std::uint64_t size) override { total += size; }
      void hole(std::uint64_t size) override { total += size; }
      void bytes(std::span<const std::uint8_t> data) override { total += data.size(); }
      std::uint64_t total = 0;
    } counter;
    std::vector<Problem> ignored;
    content({.name = "", .id = {.number = at}}, counter, ignored);
    return counter.total;
  }

  void put_extent(const IsoRecord& record, ContentSink& sink, const FileEntry& file,
                  std::vector<Problem>& problems) const {
    std::uint64_t left = record.data_length;
    std::uint64_t at = start_of(record);
    const std::uint64_t unit = static_cast<std::uint64_t>(record.unit_size) * root_.block_size;
    const std::uint64_t gap = static_cast<std::uint64_t>(record.gap_size) * root_.block_size;
    const std::uint64_t size = source_->size();
    while (left > 0) {
      const std::uint64_t wanted = unit > 0 && gap > 0 ? std::min(unit, left) : left;
      const std::uint64_t there = at < size ? std::min(wanted, size - at) : 0;
      if (there > 0) sink.range(at, there);
      if (there < wanted) {
        tell(problems, file,
             fmt::format("{} of its bytes lie behind the image's end", left - there));
        return;
      }
      left -= wanted;
      at += wanted + gap;
    }
  }

  void tell(std::vector<Problem>& problems, const FileEntry& entry,
            const std::string& message) const {
    problems.push_back({.severity = Severity::fault,
                        .code = "iso.record",
                        .message = fmt::format(
                            "{}: {}", entry.name.empty() ? "/" : printable(entry.name), message)});
  }

  std::shared_ptr<const ByteSource> source_;
  Root root_;
  std::optional<std::uint32_t> skip_;  // of SUSP; nothing: no Rock Ridge, or it isn't wanted
};

std::vector<Root> find_roots(const ByteSource& source, std::uint64_t first_sector) {
  std::vector<Root> roots;
  Sector s;
  for (std::uint64_t n = kFirstDescriptor; n < kFirstDescriptor + kMostDescriptors; ++n) {
    const std::uint64_t at = (first_sector + n) * kSector;
    if (source.read(at, s) < s.size()) break;
    const auto text = [&](std::size_t from, std::size_t size) {
      return std::string_view(reinterpret_cast<const char*>(s.data()) + from, size);
    };
    if (text(9, 5) == "CDROM" && s[8] == 1) {
      roots.push_back({IsoNames::high_sierra, at + 180, usable_block_size(load_le16(s, 136))});
      continue;
    }
    if (text(1, 5) != "CD001" || s[0] == 255) break;
    const std::string_view escape = text(88, 3);
    const bool joliet = escape == "%/@" || escape == "%/C" || escape == "%/E";
    if (s[0] == 1) {
      roots.push_back({IsoNames::plain, at + 156, usable_block_size(load_le16(s, 128))});
    } else if (s[0] == 2 && joliet) {
      roots.push_back({IsoNames::joliet, at + 156, usable_block_size(load_le16(s, 128))});
    }
  }
  return roots;
}

}  // namespace

std::unique_ptr<FileReader> open_iso(std::shared_ptr<const ByteSource> user_data, IsoView view,
                                     std::uint64_t first_sector) {
  std::unique_ptr<IsoReader> plain, joliet;
  for (const Root& root : find_roots(*user_data, first_sector)) {
    auto& place = root.names == IsoNames::joliet ? joliet : plain;
    if (place != nullptr) continue;
    auto reader = std::make_unique<IsoReader>(user_data, root);
    if (reader->start()) place = std::move(reader);
  }
  const bool rock_ridge = plain != nullptr && plain->has_rock_ridge();
  switch (view) {
    case IsoView::joliet:
      return joliet;
    case IsoView::rock_ridge:
      return rock_ridge ? std::move(plain) : nullptr;
    case IsoView::plain:
      if (plain != nullptr) plain->ignore_rock_ridge();
      return plain;
    case IsoView::best:
      break;
  }
  if (rock_ridge) return plain;
  if (plain != nullptr) plain->ignore_rock_ridge();
  return joliet != nullptr ? std::move(joliet) : std::move(plain);
}

}  // namespace pregap::volumes
