// What the writers of disk images share: one a group of formats.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "bytes/output_file.h"
#include "bytes/read_through.h"
#include "bytes/staging_folder.h"
#include "pregap/convert.h"

namespace pregap::operations {

struct DiskJob {
  const Image& image;
  const ByteSource& content;
  std::string_view format;  // "img", "gz", "zip", "imz", "qcow2", ..., "e01"
  std::filesystem::path out;
  const ConvertOptions& options;
  Digest& digest;  // of the content, as it is read

  Overwrite overwrite() const { return options.force ? Overwrite::replace : Overwrite::refuse; }
};

// Where a StagingFolder is used it goes after its files.
struct DiskOutputs {
  std::unique_ptr<StagingFolder> folder;
  std::vector<std::unique_ptr<OutputFile>> files;  // written, not committed
};

DiskOutputs write_raw_disk(const DiskJob& job);     // img, and split
DiskOutputs write_packed_disk(const DiskJob& job);  // gz, zip, imz
DiskOutputs write_qemu_disk(const DiskJob& job);
DiskOutputs write_ewf_disk(const DiskJob& job);

// Reads all of it once, in order, for digest and `take`; with progress and stop.
void read_content(const DiskJob& job, const PartTaker& take);

bool is_zero(std::span<const std::uint8_t> bytes);

}  // namespace pregap::operations
