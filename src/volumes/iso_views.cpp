// ISO 9660 as file systems of an image: its primary descriptor's view, and Joliet's.
#include "volumes/file_systems.h"
#include "volumes/iso9660.h"

namespace pregap::volumes {
namespace {

FileSystem from(const Volume& volume, const View& view) {
  FileSystem fs{.kind = volume.kind,
                .offset = view.offset(),
                .size = std::uint64_t{volume.blocks} * volume.block_size,
                .partition = view.partition(),
                .label = volume.volume_id,
                .id = {},
                .block_size = volume.block_size,
                .blocks = volume.blocks,
                .free_blocks = {},
                .facts = {}};
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) fs.facts.emplace_back(name, value);
  };
  fact("system", volume.system_id);
  fact("volume set", volume.volume_set_id);
  fact("publisher", volume.publisher_id);
  fact("preparer", volume.preparer_id);
  fact("application", volume.application_id);
  fact("created", volume.created);
  return fs;
}

}  // namespace

std::vector<FileSystem> read_iso_views(const View& view, Contents&) {
  std::vector<FileSystem> views;
  for (const Volume& volume : read_volumes(ViewSource(view))) {
    if (volume.kind == "El Torito") {
      if (!views.empty()) views.front().facts.emplace_back("boot record", "El Torito");
      continue;
    }
    views.push_back(from(volume, view));
  }
  return views;
}

}  // namespace pregap::volumes
