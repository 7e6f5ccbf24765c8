// What libtsk says of a file, as an entry of a folder.
#pragma once

#include <vector>

#include "volumes/file_reader.h"
#include "volumes/tsk_volume.h"

namespace pregap::volumes {

// The file and each further content that it has under the same name; nothing for what libtsk made
// up or lists beside files: ".", "..", labels, areas of the volume.
std::vector<FileEntry> tsk_entries(const TskVolume& volume, TSK_FS_FILE& file);

// Whether a folder's own words tell the name and kind of the file and that it is one alone: the
// file itself then needn't be looked at.
bool name_suffices(const TskVolume& volume, const TSK_FS_NAME& name);
// What they tell; nothing as for tsk_entries().
std::optional<FileEntry> tsk_named_entry(const TskVolume& volume, const TSK_FS_NAME& name);

// A file that was opened by its id, without a name; nothing for what libtsk made up.
std::optional<FileEntry> tsk_entry(const TskVolume& volume, const FileId& id, TSK_FS_FILE& file);

// The content that `id` names; nullptr where there is none.
const TSK_FS_ATTR* tsk_content(TSK_FS_FILE& file, const FileId& id);
std::uint64_t size_of(const TSK_FS_ATTR& content);

// 2^63 bytes or more: libtsk takes it for a negative one, and counts the blocks without an end.
bool has_no_size(const TSK_FS_FILE& file);

}  // namespace pregap::volumes
