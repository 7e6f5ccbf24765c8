// The file systems in an image, by address: discs' tracks and sessions, disks' partitions, the
// views of hybrids.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operations/checked_data.h"
#include "operations/image_address.h"
#include "pregap/image.h"
#include "volumes/contents.h"
#include "volumes/file_reader.h"

namespace pregap::operations {

// A range of the image's content that may hold files.
struct FileVolume {
  std::string address;  // "p2", "t1"; empty: the image itself
  std::string kind;     // "FAT32", "ISO 9660", "UDF"; empty: none that is known
  std::string label;
  std::uint64_t offset = 0, size = 0;  // in the content
  std::string table;                   // "gpt", where a partition table names it
  int session = 0;                     // of a disc's
  bool absolute = false;  // its addresses count from the content's start: a disc's volumes
  bool has_udf = false;   // a track with a UDF volume of its own, beside ISO 9660 or alone
};

// An image, opened for its files.
class FileImage {
 public:
  // Throws Error as open_image() does.
  FileImage(const ImageAddress& address, const OpenOptions& options);
  FileImage(const FileImage&) = delete;
  FileImage& operator=(const FileImage&) = delete;

  const Image& image() const { return image_; }
  // What is in it: user data of a disc, checked and corrected as it is read.
  const std::shared_ptr<const ByteSource>& content() const { return content_; }
  const CheckedData* checked() const { return checked_.get(); }  // null: no disc
  const std::vector<FileVolume>& volumes() const { return volumes_; }
  bool has_files() const;  // some volume has a file system that is known

  // The volume that `parts` names; where they are empty, the one that counts: a disc's last
  // session, a disk's only file system. Null where the choice is the caller's. Throws
  // Error(not_found) for a part that isn't there, with those that are.
  const FileVolume* choose(const std::vector<std::string>& parts) const;

  // Its reader. `parts` may ask for one view of several. Throws Error(unsupported) for a kind whose
  // files pregap doesn't read.
  std::unique_ptr<volumes::FileReader> open(const FileVolume& volume,
                                            const std::vector<std::string>& parts) const;
  // What the reader's ranges count in.
  std::shared_ptr<const ByteSource> bytes_of(const FileVolume& volume) const;

 private:
  void find_track_volumes();
  void find_udf(FileVolume& volume) const;
  void find_disk_volumes();
  std::uint64_t size_of(const volumes::FileSystem& fs) const;
  const FileVolume* default_volume() const;
  const FileVolume* find_part(const std::string& part) const;
  [[noreturn]] void throw_unknown_part(const std::string& part) const;

  Image image_;
  std::shared_ptr<const CheckedData> checked_;
  std::shared_ptr<const ByteSource> content_;
  volumes::Contents contents_;
  std::vector<FileVolume> volumes_;
};

}  // namespace pregap::operations
