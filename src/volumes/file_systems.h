// One reader a kind of file system: what begins at the view's start, or nothing. Problems and
// checks go to `out`.
#pragma once

#include <optional>
#include <vector>

#include "volumes/contents.h"
#include "volumes/view.h"

namespace pregap::volumes {

using FileSystemReader = std::optional<FileSystem> (*)(const View& view, Contents& out);

std::optional<FileSystem> read_exfat(const View& view, Contents& out);
std::optional<FileSystem> read_ntfs(const View& view, Contents& out);
std::optional<FileSystem> read_ext(const View& view, Contents& out);
std::optional<FileSystem> read_hfs(const View& view, Contents& out);
std::optional<FileSystem> read_hfs_plus(const View& view, Contents& out);
std::optional<FileSystem> read_udf(const View& view, Contents& out);
// Of the session that starts at byte `start` of the view, while its addresses count from the
// view's.
std::optional<FileSystem> read_udf_session(const View& view, std::uint64_t start, Contents& out);
std::optional<FileSystem> read_xfs(const View& view, Contents& out);
std::optional<FileSystem> read_btrfs(const View& view, Contents& out);
std::optional<FileSystem> read_f2fs(const View& view, Contents& out);
std::optional<FileSystem> read_swap(const View& view, Contents& out);
std::optional<FileSystem> read_squashfs(const View& view, Contents& out);
std::optional<FileSystem> read_luks(const View& view, Contents& out);
std::optional<FileSystem> read_lvm(const View& view, Contents& out);
std::optional<FileSystem> read_apfs(const View& view, Contents& out);
std::optional<FileSystem> read_amiga(const View& view, Contents& out);

// ISO 9660 and High Sierra, each descriptor with a tree of its own (Joliet) a view.
std::vector<FileSystem> read_iso_views(const View& view, Contents& out);

// Where the first copy is lost and another one is not; only asked when nothing else was found.
std::optional<FileSystem> read_exfat_by_backup(const View& view, Contents& out);
std::optional<FileSystem> read_ntfs_by_backup(const View& view, Contents& out);
std::optional<FileSystem> read_ext_by_backup(const View& view, Contents& out);

}  // namespace pregap::volumes
