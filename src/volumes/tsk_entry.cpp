#include "volumes/tsk_entry.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "volumes/file_names.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kFirstOfUser = 16;  // HFS+: the ids below are the system's

struct KindRow {
  TSK_FS_META_TYPE_ENUM meta;
  TSK_FS_NAME_TYPE_ENUM name;
  FileKind kind;
};
constexpr std::array kKinds = {
    KindRow{TSK_FS_META_TYPE_REG, TSK_FS_NAME_TYPE_REG, FileKind::file},
    KindRow{TSK_FS_META_TYPE_DIR, TSK_FS_NAME_TYPE_DIR, FileKind::folder},
    KindRow{TSK_FS_META_TYPE_LNK, TSK_FS_NAME_TYPE_LNK, FileKind::link},
    KindRow{TSK_FS_META_TYPE_FIFO, TSK_FS_NAME_TYPE_FIFO, FileKind::fifo},
    KindRow{TSK_FS_META_TYPE_CHR, TSK_FS_NAME_TYPE_CHR, FileKind::character},
    KindRow{TSK_FS_META_TYPE_BLK, TSK_FS_NAME_TYPE_BLK, FileKind::block},
    KindRow{TSK_FS_META_TYPE_SOCK, TSK_FS_NAME_TYPE_SOCK, FileKind::socket},
};

template <typename Type>
std::optional<FileKind> kind_of(Type type, Type KindRow::*column) {
  const auto* row = std::ranges::find(kKinds, type, column);
  return row == kKinds.end() ? std::nullopt : std::optional(row->kind);
}
std::optional<FileKind> kind_of(TSK_FS_META_TYPE_ENUM type) {
  return kind_of(type, &KindRow::meta);
}
std::optional<FileKind> kind_of(TSK_FS_NAME_TYPE_ENUM type) {
  return kind_of(type, &KindRow::name);
}

bool is_virtual(TSK_FS_NAME_TYPE_ENUM type) {
  return type == TSK_FS_NAME_TYPE_VIRT || type == TSK_FS_NAME_TYPE_VIRT_DIR;
}

bool is_virtual(const TSK_FS_FILE& file) {
  const bool by_name = file.name != nullptr && is_virtual(file.name->type);
  const bool by_meta = file.meta != nullptr && (file.meta->type == TSK_FS_META_TYPE_VIRT ||
                                                file.meta->type == TSK_FS_META_TYPE_VIRT_DIR);
  return by_name || by_meta;
}

bool is_self_or_parent(const TSK_FS_NAME& name) {
  return name.name == nullptr || std::string_view(name.name) == "." ||
         std::string_view(name.name) == "..";
}

// libtsk lists the volume's label as a file of the root.
bool is_label(const TskVolume& volume, const TSK_FS_NAME& name) {
  return !volume.kind().unix_modes &&
         std::string_view(name.name).ends_with(" (Volume Label Entry)");
}

void take_meta(const TskVolume& volume, const TSK_FS_META& meta, FileEntry& entry) {
  const auto given = [](time_t time) -> std::optional<std::int64_t> {
    return time != 0 ? std::optional<std::int64_t>(time) : std::nullopt;
  };
  entry.size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, meta.size));
  entry.times = {.modified = given(meta.mtime),
                 .accessed = given(meta.atime),
                 .changed = given(meta.ctime),
                 .created = given(meta.crtime)};
  if (volume.kind().unix_modes) {
    entry.mode = static_cast<std::uint32_t>(meta.mode) & 07777;
    entry.uid = meta.uid;
    entry.gid = meta.gid;
  }
  if (meta.link != nullptr) entry.link_target = utf8_name(meta.link);
}

// NTFS: whatever the disk says, which may be none of the enumeration's values.
std::uint32_t type_of(const TSK_FS_ATTR& content) {
  static_assert(sizeof content.type == sizeof(std::uint32_t));
  std::uint32_t type;
  std::memcpy(&type, &content.type, sizeof type);
  return type;
}

bool is_further_stream(const TSK_FS_ATTR& content) {
  if (type_of(content) == TSK_FS_ATTR_TYPE_NTFS_DATA) {
    return content.name != nullptr && content.name[0] != '\0';
  }
  return type_of(content) == TSK_FS_ATTR_TYPE_HFS_RSRC && content.size > 0;
}

std::string stream_name(const TSK_FS_ATTR& content) {
  return type_of(content) == TSK_FS_ATTR_TYPE_HFS_RSRC ? "rsrc" : utf8_name(content.name);
}

// No entry of the folder's own.
bool is_left_out(const TskVolume& volume, const TSK_FS_NAME& name) {
  return is_virtual(name.type) || is_self_or_parent(name) || is_label(volume, name);
}

FileEntry entry_of(const TskVolume& volume, const TSK_FS_NAME& name) {
  FileEntry entry{.name = safe_name(utf8_name(name.name)),
                  .id = {.number = name.meta_addr},
                  .kind = kind_of(name.type).value_or(FileKind::other),
                  .folder_key = name.meta_addr};
  entry.deleted = (name.flags & TSK_FS_NAME_FLAG_UNALLOC) != 0;
  entry.system =
      entry.name.starts_with('$') && (!volume.kind().unix_modes || entry.id.number < kFirstOfUser);
  return entry;
}

FileEntry entry_of(const TskVolume& volume, const TSK_FS_FILE& file) {
  FileEntry entry = entry_of(volume, *file.name);
  if (file.meta != nullptr) {
    take_meta(volume, *file.meta, entry);
    entry.kind = kind_of(file.meta->type).value_or(entry.kind);
  }
  return entry;
}

void add_streams(TSK_FS_FILE& file, std::vector<FileEntry>& entries) {
  const FileEntry base = entries.front();
  const int count = tsk().fs_file_attr_getsize(&file);
  for (int i = 0; i < count; ++i) {
    const TSK_FS_ATTR* content = tsk().fs_file_attr_get_idx(&file, i);
    if (content == nullptr || !is_further_stream(*content)) continue;
    FileEntry stream = base;
    stream.kind = FileKind::file;
    stream.name = safe_name(base.name + ':' + stream_name(*content));
    stream.id.stream_type = type_of(*content);
    stream.id.stream = content->id;
    stream.size = size_of(*content);
    entries.push_back(std::move(stream));
  }
  tsk().error_reset();
}

}  // namespace

std::vector<FileEntry> tsk_entries(const TskVolume& volume, TSK_FS_FILE& file) {
  std::vector<FileEntry> entries;
  if (file.name == nullptr || is_virtual(file) || is_left_out(volume, *file.name)) return entries;
  entries.push_back(entry_of(volume, file));
  if (volume.kind().streams && file.meta != nullptr) add_streams(file, entries);
  return entries;
}

bool name_suffices(const TskVolume& volume, const TSK_FS_NAME& name) {
  return is_left_out(volume, name) || (!volume.kind().streams && kind_of(name.type).has_value());
}

std::optional<FileEntry> tsk_named_entry(const TskVolume& volume, const TSK_FS_NAME& name) {
  if (is_left_out(volume, name)) return std::nullopt;
  return entry_of(volume, name);
}

std::optional<FileEntry> tsk_entry(const TskVolume& volume, const FileId& id, TSK_FS_FILE& file) {
  if (file.meta == nullptr || is_virtual(file)) return std::nullopt;
  FileEntry entry{.name = to_string(id), .id = id, .folder_key = id.number};
  take_meta(volume, *file.meta, entry);
  entry.kind = kind_of(file.meta->type).value_or(FileKind::other);
  entry.deleted = (file.meta->flags & TSK_FS_META_FLAG_UNALLOC) != 0;
  if (const TSK_FS_ATTR* content = tsk_content(file, id)) entry.size = size_of(*content);
  return entry;
}

const TSK_FS_ATTR* tsk_content(TSK_FS_FILE& file, const FileId& id) {
  if (has_no_size(file)) return nullptr;
  if (id.stream_type == 0) return tsk().fs_file_attr_get(&file);
  return tsk().fs_file_attr_get_type(&file, static_cast<TSK_FS_ATTR_TYPE_ENUM>(id.stream_type),
                                     static_cast<std::uint16_t>(id.stream), 1);
}

std::uint64_t size_of(const TSK_FS_ATTR& content) {
  return static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, content.size));
}

bool has_no_size(const TSK_FS_FILE& file) { return file.meta != nullptr && file.meta->size < 0; }

}  // namespace pregap::volumes
