// Files of one file system, whatever reads it: folders listed, contents told as ranges of bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pregap/bytes.h"
#include "pregap/problem.h"

namespace pregap::volumes {

// What names a file within its file system: an inode, an MFT entry, the byte offset of a directory
// record; `stream_type` and `stream` tell several contents of one file apart (NTFS, HFS).
struct FileId {
  std::uint64_t number = 0;
  std::uint32_t stream_type = 0, stream = 0;
  bool operator==(const FileId&) const = default;
};

// "1234", or "1234-128-3" where there are streams.
std::string to_string(const FileId& id);
std::optional<FileId> parse_file_id(const std::string& text);

enum class FileKind : std::uint8_t { file, folder, link, fifo, character, block, socket, other };
std::string_view name_of(FileKind kind) noexcept;  // "file", "folder", "link", ...

// Seconds since 1970, UTC, where the file system keeps them.
struct FileTimes {
  std::optional<std::int64_t> modified, accessed, changed, created;
};

struct FileEntry {
  std::string name;  // UTF-8, as the file system has it: it may hold anything but '/' and NUL
  FileId id;
  FileKind kind = FileKind::file;
  std::uint64_t size = 0;
  // Of folders: equal for two entries that are the same folder, so that loops are seen.
  std::uint64_t folder_key = 0;
  FileTimes times;
  std::optional<std::uint32_t> mode, uid, gid;  // permissions: the lowest 12 bits of st_mode
  std::string link_target;                      // of links
  bool deleted = false;
  bool system = false;  // the file system's own: $MFT, $Bitmap
  bool form2 = false;   // XA: holds sectors of form 2, or interleaved ones
};

// A file's content, in order. Offsets are from the start of what the reader was opened on.
class ContentSink {
 public:
  virtual ~ContentSink() = default;
  virtual void range(std::uint64_t offset, std::uint64_t size) = 0;  // lies there as it is
  virtual void hole(std::uint64_t size) = 0;                         // zeros, stored nowhere
  virtual void bytes(std::span<const std::uint8_t> data) = 0;        // stored in another form
};

enum class Deleted : bool { leave_out, take_in };

class FileReader {
 public:
  virtual ~FileReader() = default;
  FileReader() = default;
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  virtual std::string_view kind() const noexcept = 0;  // as volumes::FileSystem has it
  virtual FileEntry root() const = 0;

  // The entries of a folder in their stored order, without "." and ".."; ends when `take` returns
  // false. What is wrong with the folder goes to `problems`; throws Error only where nothing can
  // be read at all.
  using Take = std::function<bool(FileEntry&& entry)>;
  virtual void list(const FileEntry& folder, Deleted deleted, const Take& take,
                    std::vector<Problem>& problems) = 0;

  // From now on an entry of list() needs to say its name, kind, id and folder_key alone: a reader
  // may leave out what costs more to find. Kinds are then those that the folder itself names.
  virtual void names_suffice() {}

  // Says that list() will be asked for this folder, behind those that were said so before: a reader
  // in another process begins with it. Whoever then asks for another has them forgotten.
  virtual void expect_list(const FileEntry& folder, Deleted deleted) {
    (void)folder;
    (void)deleted;
  }

  // What is stored of `file`; less than its size where the file system is damaged, which is told
  // in `problems`.
  virtual void content(const FileEntry& file, ContentSink& sink,
                       std::vector<Problem>& problems) = 0;

  // A file by its id alone, whether or not a folder names it; nothing where there is none.
  virtual std::optional<FileEntry> find(const FileId& id) = 0;

  // Blocks that belong to no file, in order. Throws Error(unsupported) where the file system
  // keeps no account of them.
  virtual void unallocated(ContentSink& sink) = 0;
};

}  // namespace pregap::volumes
