// A file system that libtsk has opened on our source.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "pregap/bytes.h"
#include "volumes/tsk_library.h"

namespace pregap::volumes {

// What a kind of file system (as volumes::FileSystem has it) is to libtsk.
struct TskKind {
  std::string_view name;
  TSK_FS_TYPE_ENUM type;
  bool unix_modes = false;  // modes and owners are its own; libtsk makes them up for others
  bool streams = false;     // a file may have further contents
};
const TskKind* find_tsk_kind(std::string_view name);  // nullptr: libtsk doesn't read it

// What libtsk said last, and nothing the next time.
std::string take_tsk_message();

class TskVolume {
 public:
  // Throws Error(malformed) with libtsk's words.
  TskVolume(std::shared_ptr<const ByteSource> source, const TskKind& kind);
  ~TskVolume();
  TskVolume(const TskVolume&) = delete;
  TskVolume& operator=(const TskVolume&) = delete;

  const ByteSource& source() const { return *image_.source; }
  const TskKind& kind() const { return kind_; }
  TSK_FS_INFO* fs() const { return fs_; }

 private:
  // libtsk's image; it must begin with TSK_IMG_INFO.
  struct Image {
    TSK_IMG_INFO base{};
    std::shared_ptr<const ByteSource> source;
  };
  static ssize_t read_image(TSK_IMG_INFO* image, TSK_OFF_T offset, char* buffer, size_t size);

  const TskKind& kind_;
  Image image_;
  TSK_FS_INFO* fs_ = nullptr;
};

struct TskFileCloser {
  void operator()(TSK_FS_FILE* file) const { tsk().fs_file_close(file); }
};
using TskFile = std::unique_ptr<TSK_FS_FILE, TskFileCloser>;
struct TskFolderCloser {
  void operator()(TSK_FS_DIR* folder) const { tsk().fs_dir_close(folder); }
};
using TskFolder = std::unique_ptr<TSK_FS_DIR, TskFolderCloser>;

}  // namespace pregap::volumes
