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

  // Throws Error(unwritable), and what reading throws; damage goes to the report.
  void write(const volumes::FoundFile& file, const std::filesystem::path& to);

 private:
  class Sink;

  const CheckedData* checked_;
  std::shared_ptr<const ByteSource> source_;
  std::uint64_t base_;  // of the volume in the content, where ranges count from it
  volumes::FileReader& reader_;
  const ExtractOptions& options_;
  ExtractReport& report_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace pregap::operations
