#include "volumes/tsk_entry.h"

#include <algorithm>
#include <string_view>

#include "volumes/file_names.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kFirstOfUser = 16;  // HFS+: the ids below are the system's

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

bool is_self_or_parent(const TSK_FS_FILE& file) {
  const char* name = file.name->name;
  return name == nullptr || std::string_view(name) == "." || std::string_view(name) == "..";
}

// libtsk lists the volume's label as a file of the root.
bool is_label(const TskVolume& volume, const TSK_FS_FILE& file) {
  return !volume.kind().unix_modes &&
         std::string_view(file.name->name).ends_with(" (Volume Label Entry)");
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

bool is_further_stream(const TSK_FS_ATTR& content) {
  if (content.type == TSK_FS_ATTR_TYPE_NTFS_DATA) {
    return content.name != nullptr && content.name[0] != '\0';
  }
  return content.type == TSK_FS_ATTR_TYPE_HFS_RSRC && content.size > 0;
}

std::string stream_name(const TSK_FS_ATTR& content) {
  return content.type == TSK_FS_ATTR_TYPE_HFS_RSRC ? "rsrc" : utf8_name(content.name);
}

FileEntry entry_of(const TskVolume& volume, const TSK_FS_FILE& file) {
  FileEntry entry{.name = safe_name(utf8_name(file.name->name)),
                  .id = {.number = file.name->meta_addr},
                  .folder_key = file.name->meta_addr};
  if (file.meta != nullptr) take_meta(volume, *file.meta, entry);
  entry.kind =
      kind_of(file.name->type, file.meta != nullptr ? file.meta->type : TSK_FS_META_TYPE_UNDEF);
  entry.deleted = (file.name->flags & TSK_FS_NAME_FLAG_UNALLOC) != 0;
  entry.system =
      entry.name.starts_with('$') && (!volume.kind().unix_modes || entry.id.number < kFirstOfUser);
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
    stream.id.stream_type = static_cast<std::uint32_t>(content->type);
    stream.id.stream = content->id;
    stream.size = size_of(*content);
    entries.push_back(std::move(stream));
  }
  tsk().error_reset();
}

}  // namespace

std::vector<FileEntry> tsk_entries(const TskVolume& volume, TSK_FS_FILE& file) {
  std::vector<FileEntry> entries;
  if (file.name == nullptr || is_virtual(file) || is_self_or_parent(file) ||
      is_label(volume, file)) {
    return entries;
  }
  entries.push_back(entry_of(volume, file));
  if (volume.kind().streams && file.meta != nullptr) add_streams(file, entries);
  return entries;
}

std::optional<FileEntry> tsk_entry(const TskVolume& volume, const FileId& id, TSK_FS_FILE& file) {
  if (file.meta == nullptr || is_virtual(file)) return std::nullopt;
  FileEntry entry{.name = to_string(id), .id = id, .folder_key = id.number};
  take_meta(volume, *file.meta, entry);
  entry.kind = kind_of(TSK_FS_NAME_TYPE_UNDEF, file.meta->type);
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
