// One file's content, from where it lies in an image to a file of its own.
#pragma once

#include <filesystem>
#include <memory>

#include "operations/extract.h"
#include "operations/extract_tree.h"

namespace pregap::operations {

class FileWriter {
 public:
  FileWriter(const FileImage& image, const FileVolume& volume, volumes::FileReader& reader,
             const ExtractOptions& options, ExtractReport& report);

  // False: the file system of `to` takes none so large, and it is not there. Throws
  // Error(unwritable), Error(stopped); damage goes to the report, a file that can't be read on too.
  bool write(const volumes::FoundFile& file, const std::filesystem::path& to);

  // The same to somewhere else: its bytes alone.
  void write_to(FileOutput& out, const volumes::FoundFile& file);

  // Its reader reads no more at all: the report says why.
  bool gave_up() const { return gave_up_; }

 private:
  class Sink;
  // What ended the reading before the end; empty: nothing.
  std::string read(const volumes::FileEntry& entry, Sink& sink);
  void tell(const volumes::FoundFile& file, const std::string& message);

  const CheckedData* checked_;
  std::shared_ptr<const ByteSource> source_;
  std::uint64_t base_;  // of the volume in the content, where ranges count from it
  volumes::FileReader& reader_;
  const ExtractOptions& options_;
  ExtractReport& report_;
  RangeCopier copier_;
  bool gave_up_ = false;
};

}  // namespace pregap::operations
