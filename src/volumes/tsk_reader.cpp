#include "volumes/tsk_reader.h"

#ifdef PREGAP_TSK

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "pregap/error.h"
#include "volumes/iso_names.h"
#include "volumes/tsk_library.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kFirstOfUser = 16;  // HFS+: the ids below are the system's

struct KindRow {
  std::string_view kind;
  TSK_FS_TYPE_ENUM type;
  bool unix_modes;
};
constexpr std::array kKinds = {
    KindRow{"FAT12", TSK_FS_TYPE_FAT12, false},    KindRow{"FAT16", TSK_FS_TYPE_FAT16, false},
    KindRow{"FAT32", TSK_FS_TYPE_FAT32, false},    KindRow{"exFAT", TSK_FS_TYPE_EXFAT, false},
    KindRow{"NTFS", TSK_FS_TYPE_NTFS, false},      KindRow{"ext2", TSK_FS_TYPE_EXT_DETECT, true},
    KindRow{"ext3", TSK_FS_TYPE_EXT_DETECT, true}, KindRow{"ext4", TSK_FS_TYPE_EXT_DETECT, true},
    KindRow{"HFS+", TSK_FS_TYPE_HFS_DETECT, true}, KindRow{"HFSX", TSK_FS_TYPE_HFS_DETECT, true},
};

const KindRow* row_of(const std::string& kind) {
  const auto* row = std::ranges::find(kKinds, std::string_view(kind), &KindRow::kind);
  return row == kKinds.end() ? nullptr : row;
}

// libtsk's image, over our source. It must begin with TSK_IMG_INFO.
struct ExternalImage {
  TSK_IMG_INFO base{};
  const ByteSource* source = nullptr;
};

ssize_t read_image(TSK_IMG_INFO* image, TSK_OFF_T offset, char* buffer, size_t size) {
  const auto* external = reinterpret_cast<const ExternalImage*>(image);
  if (offset < 0) return -1;
  try {
    return static_cast<ssize_t>(external->source->read(
        static_cast<std::uint64_t>(offset), {reinterpret_cast<std::uint8_t*>(buffer), size}));
  } catch (const Error&) {
    return -1;
  }
}
void close_image(TSK_IMG_INFO*) {}
void print_image(TSK_IMG_INFO*, FILE*) {}

std::string library_message() {
  const char* text = tsk().error_get();
  std::string message = text != nullptr ? text : "no reason given";
  tsk().error_reset();
  return printable(message);
}

FileKind kind_of(TSK_FS_NAME_TYPE_ENUM name, TSK_FS_META_TYPE_ENUM meta) {
  switch (meta != TSK_FS_META_TYPE_UNDEF ? static_cast<int>(meta) : 0) {
    case TSK_FS_META_TYPE_REG:
      return FileKind::file;
    case TSK_FS_META_TYPE_DIR:
      return FileKind::folder;
    case TSK_FS_META_TYPE_LNK:
      return FileKind::link;
    case TSK_FS_META_TYPE_FIFO:
      return FileKind::fifo;
    case TSK_FS_META_TYPE_CHR:
      return FileKind::character;
    case TSK_FS_META_TYPE_BLK:
      return FileKind::block;
    case TSK_FS_META_TYPE_SOCK:
      return FileKind::socket;
    default:
      break;
  }
  switch (name) {
    case TSK_FS_NAME_TYPE_REG:
      return FileKind::file;
    case TSK_FS_NAME_TYPE_DIR:
      return FileKind::folder;
    case TSK_FS_NAME_TYPE_LNK:
      return FileKind::link;
    default:
      return FileKind::other;
  }
}

bool is_virtual(const TSK_FS_FILE& file) {
  const bool by_name = file.name != nullptr && (file.name->type == TSK_FS_NAME_TYPE_VIRT ||
                                                file.name->type == TSK_FS_NAME_TYPE_VIRT_DIR);
  const bool by_meta = file.meta != nullptr && (file.meta->type == TSK_FS_META_TYPE_VIRT ||
                                                file.meta->type == TSK_FS_META_TYPE_VIRT_DIR);
  return by_name || by_meta;
}

struct FileCloser {
  void operator()(TSK_FS_FILE* file) const { tsk().fs_file_close(file); }
};
using FilePtr = std::unique_ptr<TSK_FS_FILE, FileCloser>;
struct DirCloser {
  void operator()(TSK_FS_DIR* dir) const { tsk().fs_dir_close(dir); }
};
using DirPtr = std::unique_ptr<TSK_FS_DIR, DirCloser>;

// Joins neighbouring blocks before it hands them on.
class RunJoiner {
 public:
  explicit RunJoiner(ContentSink& sink) : sink_(sink) {}
  void range(std::uint64_t offset, std::uint64_t size) { add(offset, size, false); }
  void hole(std::uint64_t size) { add(0, size, true); }
  void flush() {
    if (size_ == 0) return;
    if (is_hole_) {
      sink_.hole(size_);
    } else {
      sink_.range(offset_, size_);
    }
    size_ = 0;
  }
  std::uint64_t total() const { return total_; }

 private:
  void add(std::uint64_t offset, std::uint64_t size, bool is_hole) {
    if (size == 0) return;
    total_ += size;
    const bool joins = size_ > 0 && is_hole == is_hole_ && (is_hole || offset == offset_ + size_);
    if (!joins) {
      flush();
      offset_ = offset;
      is_hole_ = is_hole;
    }
    size_ += size;
  }

  ContentSink& sink_;
  std::uint64_t offset_ = 0, size_ = 0, total_ = 0;
  bool is_hole_ = false;
};

class TskReader final : public FileReader {
 public:
  TskReader(std::shared_ptr<const ByteSource> source, std::string kind)
      : source_(std::move(source)), kind_(std::move(kind)) {
    external_.source = source_.get();
    image_ = tsk().img_open_external(&external_, static_cast<TSK_OFF_T>(source_->size()), 512,
                                     &read_image, &close_image, &print_image);
    const KindRow* row = row_of(kind_);
    unix_modes_ = row != nullptr && row->unix_modes;
    if (image_ != nullptr) {
      fs_ = tsk().fs_open_img(image_, 0, row != nullptr ? row->type : TSK_FS_TYPE_DETECT);
      if (fs_ == nullptr && kind_.starts_with("FAT")) {  // by the count of clusters
        fs_ = tsk().fs_open_img(image_, 0, TSK_FS_TYPE_FAT_DETECT);
      }
    }
    if (fs_ == nullptr) {
      throw Error(
          ErrorCode::malformed, source_->name(),
          fmt::format("{}, expected a {} file system that can be read", library_message(), kind_));
    }
  }
  ~TskReader() override {
    if (fs_ != nullptr) tsk().fs_close(fs_);
  }

  std::string_view kind() const noexcept override { return kind_; }

  FileEntry root() const override {
    FileEntry entry{.name = "",
                    .id = {.number = fs_->root_inum},
                    .kind = FileKind::folder,
                    .folder_key = fs_->root_inum};
    const FilePtr file(tsk().fs_file_open_meta(fs_, nullptr, fs_->root_inum));
    if (file != nullptr && file->meta != nullptr) take_meta(*file->meta, entry);
    entry.kind = FileKind::folder;
    return entry;
  }

  void list(const FileEntry& folder, Deleted deleted, const Take& take,
            std::vector<Problem>& problems) override {
    const DirPtr dir(tsk().fs_dir_open_meta(fs_, folder.id.number));
    if (dir == nullptr) {
      if (!folder.deleted) tell(problems, folder.name, library_message());
      tsk().error_reset();
      return;
    }
    const size_t count = tsk().fs_dir_getsize(dir.get());
    for (size_t i = 0; i < count; ++i) {
      const FilePtr file(tsk().fs_dir_get(dir.get(), i));
      if (file == nullptr || file->name == nullptr) {
        tsk().error_reset();
        continue;
      }
      const bool is_deleted = (file->name->flags & TSK_FS_NAME_FLAG_UNALLOC) != 0;
      if (is_deleted && deleted == Deleted::leave_out) continue;
      if (is_virtual(*file) || is_self_or_parent(*file) || is_label(*file)) continue;
      if (!take_streams(*file, is_deleted, take)) return;
    }
  }

  void content(const FileEntry& entry, ContentSink& sink, std::vector<Problem>& problems) override {
    const FilePtr file(tsk().fs_file_open_meta(fs_, nullptr, entry.id.number));
    if (file != nullptr && has_no_size(*file)) {
      return tell(problems, entry.name, "a size of 2^63 bytes or more, expected less");
    }
    const TSK_FS_ATTR* attribute = file != nullptr ? attribute_of(*file, entry.id) : nullptr;
    if (attribute == nullptr) {
      if (entry.size > 0) tell(problems, entry.name, library_message());
      tsk().error_reset();
      return;
    }
    if ((attribute->flags & TSK_FS_ATTR_ENC) != 0) {
      tell(problems, entry.name, "is encrypted: its bytes come as they are stored");
    }
    constexpr auto kEncoded = TSK_FS_ATTR_RES | TSK_FS_ATTR_COMP;
    const auto size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, attribute->size));
    const std::uint64_t came = (attribute->flags & kEncoded) != 0
                                   ? read_encoded(*attribute, size, sink)
                                   : walk_blocks(*attribute, size, sink);
    if (came < size) {
      tell(problems, entry.name,
           fmt::format("{} of its {} bytes could be found{}", came, size, library_reason()));
    }
    tsk().error_reset();
  }

  std::optional<FileEntry> find(const FileId& id) override {
    const FilePtr file(tsk().fs_file_open_meta(fs_, nullptr, id.number));
    if (file == nullptr || file->meta == nullptr || is_virtual(*file)) {
      tsk().error_reset();
      return std::nullopt;
    }
    FileEntry entry{.name = to_string(id), .id = id, .folder_key = id.number};
    take_meta(*file->meta, entry);
    entry.kind = kind_of(TSK_FS_NAME_TYPE_UNDEF, file->meta->type);
    entry.deleted = (file->meta->flags & TSK_FS_META_FLAG_UNALLOC) != 0;
    if (const TSK_FS_ATTR* attribute = attribute_of(*file, id)) {
      entry.size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, attribute->size));
    }
    return entry;
  }

  void unallocated(ContentSink& sink) override {
    RunJoiner joiner(sink);
    const auto flags = static_cast<TSK_FS_BLOCK_WALK_FLAG_ENUM>(
        TSK_FS_BLOCK_WALK_FLAG_UNALLOC | TSK_FS_BLOCK_WALK_FLAG_CONT | TSK_FS_BLOCK_WALK_FLAG_META |
        TSK_FS_BLOCK_WALK_FLAG_AONLY);
    const auto take = [](const TSK_FS_BLOCK* block, void* to) {
      static_cast<RunJoiner*>(to)->range(
          static_cast<std::uint64_t>(block->addr) * block->fs_info->block_size,
          block->fs_info->block_size);
      return TSK_WALK_CONT;
    };
    if (tsk().fs_block_walk(fs_, fs_->first_block, fs_->last_block_act, flags, take, &joiner) !=
        0) {
      throw Error(ErrorCode::malformed, source_->name(),
                  fmt::format("{}, expected a map of used blocks", library_message()));
    }
    joiner.flush();
  }

 private:
  bool is_self_or_parent(const TSK_FS_FILE& file) const {
    const char* name = file.name->name;
    return name == nullptr || std::string_view(name) == "." || std::string_view(name) == "..";
  }
  // libtsk lists the volume's label as a file of the root.
  bool is_label(const TSK_FS_FILE& file) const {
    return !unix_modes_ && std::string_view(file.name->name).ends_with(" (Volume Label Entry)");
  }

  void take_meta(const TSK_FS_META& meta, FileEntry& entry) const {
    const auto given = [](time_t time) -> std::optional<std::int64_t> {
      return time != 0 ? std::optional<std::int64_t>(time) : std::nullopt;
    };
    entry.size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, meta.size));
    entry.times = {.modified = given(meta.mtime),
                   .accessed = given(meta.atime),
                   .changed = given(meta.ctime),
                   .created = given(meta.crtime)};
    if (unix_modes_) {
      entry.mode = static_cast<std::uint32_t>(meta.mode) & 07777;
      entry.uid = meta.uid;
      entry.gid = meta.gid;
    }
    if (meta.link != nullptr) entry.link_target = utf8_name(meta.link);
  }

  // The file itself, and each further content that it has under the same name.
  bool take_streams(TSK_FS_FILE& file, bool is_deleted, const Take& take) {
    FileEntry entry{.name = safe_name(utf8_name(file.name->name)),
                    .id = {.number = file.name->meta_addr},
                    .folder_key = file.name->meta_addr};
    if (file.meta != nullptr) take_meta(*file.meta, entry);
    entry.kind =
        kind_of(file.name->type, file.meta != nullptr ? file.meta->type : TSK_FS_META_TYPE_UNDEF);
    entry.deleted = is_deleted;
    entry.system = entry.name.starts_with('$') && (!unix_modes_ || entry.id.number < kFirstOfUser);
    const std::string name = entry.name;
    const FileEntry base = entry;
    if (!take(std::move(entry))) return false;
    const bool has_streams = kind_ == "NTFS" || kind_ == "HFS+" || kind_ == "HFSX";
    if (!has_streams || file.meta == nullptr) return true;
    const int count = tsk().fs_file_attr_getsize(&file);
    for (int i = 0; i < count; ++i) {
      const TSK_FS_ATTR* attribute = tsk().fs_file_attr_get_idx(&file, i);
      if (attribute == nullptr || !is_further_stream(*attribute)) continue;
      FileEntry stream = base;
      stream.kind = FileKind::file;
      stream.name = safe_name(name + ':' + stream_name(*attribute));
      stream.id.stream_type = static_cast<std::uint32_t>(attribute->type);
      stream.id.stream = attribute->id;
      stream.size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, attribute->size));
      if (!take(std::move(stream))) return false;
    }
    tsk().error_reset();
    return true;
  }
  static bool is_further_stream(const TSK_FS_ATTR& attribute) {
    if (attribute.type == TSK_FS_ATTR_TYPE_NTFS_DATA)
      return attribute.name != nullptr && attribute.name[0] != '\0';
    return attribute.type == TSK_FS_ATTR_TYPE_HFS_RSRC && attribute.size > 0;
  }
  static std::string stream_name(const TSK_FS_ATTR& attribute) {
    return attribute.type == TSK_FS_ATTR_TYPE_HFS_RSRC ? "rsrc" : utf8_name(attribute.name);
  }

  // 2^63 bytes or more: libtsk takes it for a negative one, and counts the blocks without an end.
  static bool has_no_size(const TSK_FS_FILE& file) {
    return file.meta != nullptr && file.meta->size < 0;
  }

  const TSK_FS_ATTR* attribute_of(TSK_FS_FILE& file, const FileId& id) const {
    if (has_no_size(file)) return nullptr;
    if (id.stream_type == 0) return tsk().fs_file_attr_get(&file);
    return tsk().fs_file_attr_get_type(&file, static_cast<TSK_FS_ATTR_TYPE_ENUM>(id.stream_type),
                                       static_cast<std::uint16_t>(id.stream), 1);
  }

  std::string library_reason() const {
    return tsk().error_get_errno() != 0 ? " (" + library_message() + ")" : std::string();
  }

  // Resident or compressed: only libtsk can unpack it.
  std::uint64_t read_encoded(const TSK_FS_ATTR& attribute, std::uint64_t size, ContentSink& sink) {
    std::vector<std::uint8_t> buffer(256 * 1024);
    std::uint64_t done = 0;
    while (done < size) {
      const auto wanted = static_cast<size_t>(std::min<std::uint64_t>(buffer.size(), size - done));
      const ssize_t n = tsk().fs_attr_read(&attribute, static_cast<TSK_OFF_T>(done),
                                           reinterpret_cast<char*>(buffer.data()), wanted,
                                           TSK_FS_FILE_READ_FLAG_NONE);
      if (n <= 0) break;
      sink.bytes(std::span(buffer).first(static_cast<std::size_t>(n)));
      done += static_cast<std::uint64_t>(n);
    }
    return done;
  }

  std::uint64_t walk_blocks(const TSK_FS_ATTR& attribute, std::uint64_t size, ContentSink& sink) {
    struct State {
      RunJoiner joiner;
      std::uint64_t size, written, block_size;
    } state{RunJoiner(sink), size, size, fs_->block_size};
    // NTFS: what lies behind was never written and reads as zeros.
    if ((attribute.flags & TSK_FS_ATTR_NONRES) != 0 && attribute.nrd.initsize >= 0) {
      state.written = std::min(size, static_cast<std::uint64_t>(attribute.nrd.initsize));
    }
    const auto take = [](TSK_FS_FILE*, TSK_OFF_T offset, TSK_DADDR_T address, char*, size_t length,
                         TSK_FS_BLOCK_FLAG_ENUM flags, void* to) {
      auto& s = *static_cast<State*>(to);
      const auto at = static_cast<std::uint64_t>(offset);
      if (at >= s.size) return TSK_WALK_STOP;
      const std::uint64_t n = std::min<std::uint64_t>(length, s.size - at);
      const bool stored = (flags & TSK_FS_BLOCK_FLAG_RAW) != 0;
      const std::uint64_t real = stored && at < s.written ? std::min(n, s.written - at) : 0;
      s.joiner.range(static_cast<std::uint64_t>(address) * s.block_size, real);
      s.joiner.hole(n - real);
      return TSK_WALK_CONT;
    };
    tsk().fs_attr_walk(&attribute, TSK_FS_FILE_WALK_FLAG_AONLY, take, &state);
    state.joiner.flush();
    return state.joiner.total();
  }

  void tell(std::vector<Problem>& problems, const std::string& name,
            const std::string& message) const {
    problems.push_back(
        {.severity = Severity::fault,
         .code = "files.unreadable",
         .message = fmt::format("{}: {}", name.empty() ? "/" : printable(name), message)});
  }

  std::shared_ptr<const ByteSource> source_;
  std::string kind_;
  bool unix_modes_ = false;
  ExternalImage external_;
  TSK_IMG_INFO* image_ = nullptr;  // is external_
  TSK_FS_INFO* fs_ = nullptr;
};

}  // namespace

std::unique_ptr<FileReader> open_tsk(std::shared_ptr<const ByteSource> volume,
                                     const std::string& kind) {
  return std::make_unique<TskReader>(std::move(volume), kind);
}

bool tsk_reads(const std::string& kind) { return row_of(kind) != nullptr; }

void load_tsk() { tsk(); }

}  // namespace pregap::volumes

#else

#include "pregap/error.h"

namespace pregap::volumes {

std::unique_ptr<FileReader> open_tsk(std::shared_ptr<const ByteSource> volume, const std::string&) {
  throw Error(ErrorCode::unsupported, volume->name(),
              "a file system that libtsk reads, which this pregap was built without");
}

bool tsk_reads(const std::string&) { return false; }

void load_tsk() {}

}  // namespace pregap::volumes

#endif
