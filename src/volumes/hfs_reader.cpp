#include "volumes/hfs_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

#include "base/encoding.h"
#include "base/text.h"
#include "pregap/error.h"
#include "volumes/file_names.h"
#include "volumes/hfs_btree.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kMasterAt = 1024;
constexpr std::uint16_t kSignature = 0x4244;  // "BD"
constexpr std::uint32_t kRootFolder = 2;
constexpr std::uint32_t kCatalogFile = 4;
constexpr std::uint8_t kDataFork = 0x00, kResourceFork = 0xFF;
constexpr std::uint8_t kFolderRecord = 1, kFileRecord = 2;

struct Fork {
  std::uint32_t size = 0;
  std::vector<HfsExtent> extents;
};

struct Item {
  FileEntry entry;
  Fork data, resource;  // of files
};

// Seconds since 1904, local time without a zone: told as they stand.
std::optional<std::int64_t> time_of(std::uint32_t seconds) {
  constexpr std::int64_t kFrom1904To1970 = 2082844800;
  if (seconds == 0) return std::nullopt;
  return static_cast<std::int64_t>(seconds) - kFrom1904To1970;
}

// ":" can't be in a name here, "/" can: they change places, as on every Unix.
std::string name_of_bytes(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto converted = to_utf8(text, "MACINTOSH");
  std::string name = converted ? converted->text : std::string(text);
  std::ranges::replace(name, '/', ':');
  return safe_name(std::move(name));
}

class HfsReader final : public FileReader {
 public:
  explicit HfsReader(std::shared_ptr<const ByteSource> source) : source_(std::move(source)) {}

  bool start() {
    std::array<std::uint8_t, 512> mdb;
    if (source_->read(kMasterAt, mdb) < mdb.size() || load_be16(mdb, 0) != kSignature) return false;
    blocks_ = {.start = static_cast<std::uint64_t>(load_be16(mdb, 28)) * 512,
               .size = load_be32(mdb, 20),
               .count = load_be16(mdb, 18)};
    bitmap_at_ = static_cast<std::uint64_t>(load_be16(mdb, 14)) * 512;
    if (blocks_.size == 0 || blocks_.size % 512 != 0) return false;
    const auto overflow = hfs_extents(std::span(mdb).subspan(134, 12));
    for_each_leaf_record(*source_, blocks_, overflow,
                         [&](Bytes key, Bytes data) { take_overflow(key, data); });
    auto catalog = hfs_extents(std::span(mdb).subspan(150, 12));
    add_overflow(catalog, kDataFork, kCatalogFile);
    whole_ = for_each_leaf_record(*source_, blocks_, catalog,
                                  [&](Bytes key, Bytes data) { take_item(key, data); });
    return whole_ || !items_.empty();
  }

  std::string_view kind() const noexcept override { return "HFS"; }

  FileEntry root() const override {
    return {.name = "",
            .id = {.number = kRootFolder},
            .kind = FileKind::folder,
            .folder_key = kRootFolder};
  }

  void list(const FileEntry& folder, Deleted, const Take& take,
            std::vector<Problem>& problems) override {
    if (!whole_ && folder.id.number == kRootFolder) {
      problems.push_back(
          {.severity = Severity::fault,
           .code = "hfs.catalog",
           .message = "the catalog's chain of leaves breaks off: files may be missing"});
    }
    if (same_numbers_ > 0 && folder.id.number == kRootFolder) {
      problems.push_back({.severity = Severity::fault,
                          .code = "hfs.catalog",
                          .message = fmt::format("{} of the catalog's records bear the number of "
                                                 "another file, expected each its own",
                                                 same_numbers_)});
    }
    const auto children = folders_.find(static_cast<std::uint32_t>(folder.id.number));
    if (children == folders_.end()) return;
    for (const std::size_t n : children->second) {
      const Item& item = items_[n];
      if (!take(FileEntry(item.entry))) return;
      if (item.resource.size == 0) continue;
      if (!take(resource_entry(item))) return;
    }
  }

  void content(const FileEntry& file, ContentSink& sink, std::vector<Problem>& problems) override {
    const Item* item = item_of(file.id);
    if (item == nullptr || item->entry.kind != FileKind::file) return;
    const bool resource = file.id.stream_type == kResourceFork;
    const Fork& fork = resource ? item->resource : item->data;
    std::vector<HfsExtent> extents = fork.extents;
    add_overflow(extents, resource ? kResourceFork : kDataFork,
                 static_cast<std::uint32_t>(file.id.number));
    std::uint64_t left = fork.size;
    for (const HfsExtent& e : extents) {
      const std::uint64_t at = blocks_.offset_of(e.first);
      const std::uint64_t wanted =
          std::min(left, static_cast<std::uint64_t>(e.blocks) * blocks_.size);
      const std::uint64_t there = at < source_->size() ? std::min(wanted, source_->size() - at) : 0;
      if (there > 0) sink.range(at, there);
      left -= there;
      if (there < wanted) break;
    }
    if (left == 0) return;
    problems.push_back({.severity = Severity::fault,
                        .code = "files.unreadable",
                        .message = fmt::format("{}: {} of its {} bytes could be found",
                                               printable(file.name), fork.size - left, fork.size)});
  }

  std::optional<FileEntry> find(const FileId& id) override {
    const Item* item = item_of(id);
    if (item == nullptr) return std::nullopt;
    return id.stream_type == kResourceFork ? resource_entry(*item) : item->entry;
  }

  void unallocated(ContentSink& sink) override {
    std::vector<std::uint8_t> bitmap((blocks_.count + 7) / 8);
    read_exactly(*source_, bitmap_at_, bitmap);
    const auto used = [&](std::uint32_t n) { return (bitmap[n / 8] >> (7 - n % 8) & 1) != 0; };
    for (std::uint32_t n = 0; n < blocks_.count;) {
      std::uint32_t end = n;
      while (end < blocks_.count && !used(end)) ++end;
      if (end > n) sink.range(blocks_.offset_of(n), std::uint64_t{end - n} * blocks_.size);
      n = end + 1;
    }
  }

 private:
  // By fork and file: extents beyond the first three, by the block that they begin with.
  using OverflowKey = std::pair<std::uint8_t, std::uint32_t>;

  void take_overflow(Bytes key, Bytes data) {
    if (key.size() < 7 || data.size() < 12) return;
    for (const HfsExtent& e : hfs_extents(data)) {
      overflow_[{key[0], load_be32(key, 1)}].push_back(e);
    }
  }

  void add_overflow(std::vector<HfsExtent>& extents, std::uint8_t fork, std::uint32_t file) const {
    const auto more = overflow_.find({fork, file});
    if (more != overflow_.end()) {
      extents.insert(extents.end(), more->second.begin(), more->second.end());
    }
  }

  void take_item(Bytes key, Bytes data) {
    if (key.size() < 6 || data.empty()) return;
    const std::uint32_t parent = load_be32(key, 1);
    const std::size_t name_size = key[5];
    if (name_size == 0 || name_size > key.size() - 6 || parent < kRootFolder) return;
    Item item;
    item.entry.name = name_of_bytes(key.subspan(6, name_size));
    if (data[0] == kFolderRecord && data.size() >= 18) {
      item.entry.kind = FileKind::folder;
      item.entry.id.number = load_be32(data, 6);
      item.entry.folder_key = item.entry.id.number;
      item.entry.times = {.modified = time_of(load_be32(data, 14)),
                          .created = time_of(load_be32(data, 10))};
    } else if (data[0] == kFileRecord && data.size() >= 98) {
      item.entry.id.number = load_be32(data, 20);
      item.data = {load_be32(data, 26), hfs_extents(data.subspan(74, 12))};
      item.resource = {load_be32(data, 36), hfs_extents(data.subspan(86, 12))};
      item.entry.size = item.data.size;
      item.entry.times = {.modified = time_of(load_be32(data, 48)),
                          .created = time_of(load_be32(data, 44))};
    } else {
      return;  // a thread: the way back to the parent
    }
    // Two records of one number are damage: each keeps its own content.
    const auto number = static_cast<std::uint32_t>(item.entry.id.number);
    item.entry.id.stream = numbers_[number]++;
    if (item.entry.id.stream > 0) ++same_numbers_;
    by_id_[{number, item.entry.id.stream}] = items_.size();
    folders_[parent].push_back(items_.size());
    items_.push_back(std::move(item));
  }

  static FileEntry resource_entry(const Item& item) {
    FileEntry entry = item.entry;
    entry.name += ":rsrc";
    entry.id.stream_type = kResourceFork;
    entry.size = item.resource.size;
    return entry;
  }

  const Item* item_of(const FileId& id) const {
    if (id.number > std::numeric_limits<std::uint32_t>::max()) return nullptr;
    const auto found = by_id_.find({static_cast<std::uint32_t>(id.number), id.stream});
    return found == by_id_.end() ? nullptr : &items_[found->second];
  }

  std::shared_ptr<const ByteSource> source_;
  HfsBlocks blocks_;
  std::uint64_t bitmap_at_ = 0;
  bool whole_ = false;
  std::vector<Item> items_;
  std::map<std::uint32_t, std::vector<std::size_t>> folders_;  // items by parent
  std::map<std::uint32_t, std::uint32_t> numbers_;             // how many items bear each
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> by_id_;  // number and stream
  std::size_t same_numbers_ = 0;
  std::map<OverflowKey, std::vector<HfsExtent>> overflow_;
};

}  // namespace

std::unique_ptr<FileReader> open_hfs(std::shared_ptr<const ByteSource> volume) {
  auto reader = std::make_unique<HfsReader>(std::move(volume));
  if (!reader->start()) return nullptr;
  return reader;
}

}  // namespace pregap::volumes
