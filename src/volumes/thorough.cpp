#include "volumes/thorough.h"

#include <algorithm>
#include <set>
#include <utility>

#include "pregap/error.h"
#include "volumes/file_systems.h"
#include "volumes/findings.h"

namespace pregap::volumes {

void throw_if_stopped(const View& view, const WorkOptions& work) {
  if (work.stop.stop_requested()) {
    throw Error(ErrorCode::stopped, view.place(), "stopped, the image was not checked to its end");
  }
}

namespace {

// The stretch that a file system was found in: its partition, or the image from its start on.
View view_of(const ByteSource& bytes, const Contents& contents, const FileSystem& fs) {
  for (const PartitionTable& table : contents.tables) {
    for (const Partition& p : table.partitions) {
      if (p.address == fs.partition) return {bytes, p.offset, p.size, p.address};
    }
  }
  return {bytes, fs.offset, bytes.size() - std::min(fs.offset, bytes.size()), fs.partition};
}

}  // namespace

void check_thoroughly(const ByteSource& bytes, Contents& contents, const WorkOptions& work) {
  constexpr std::size_t kMost = 128;  // hostile tables may lead to the same bytes over and over
  std::set<std::pair<std::uint64_t, std::string>> seen;
  if (contents.file_systems.size() > kMost) {
    Findings(View(bytes), "file systems", contents)
        .warning("volumes.count", "only the first 128 are checked throughout");
  }
  for (const FileSystem& fs : std::vector(contents.file_systems)) {
    if (seen.size() >= kMost) return;
    if (!seen.emplace(fs.offset, fs.kind).second) continue;
    const View view = view_of(bytes, contents, fs);
    if (fs.kind.starts_with("FAT")) {
      check_fat_chains(view, compare_fats(view, contents, work), contents, work);
    } else if (fs.kind == "exFAT") {
      check_exfat_chains(view, contents, work);
    } else if (fs.kind.starts_with("ext")) {
      check_ext_groups(view, contents, work);
    } else if (fs.kind == "ISO 9660") {
      check_iso(view, contents, work);
    } else if (fs.kind == "UDF") {
      check_udf(view, 0, contents, work);
    }
  }
}

void check_iso(const ByteSource& bytes, Contents& contents, const WorkOptions& work) {
  check_iso(View(bytes), contents, work);
}

void check_udf_session(const ByteSource& bytes, std::uint64_t start, Contents& contents,
                       const WorkOptions& work) {
  const View view(bytes);
  if (look_into_udf_session(bytes, start, contents)) check_udf(view, start, contents, work);
}

}  // namespace pregap::volumes
