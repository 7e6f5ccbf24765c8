// ISO 9660 as file systems of an image: its primary descriptor's view, and Joliet's.
#include <algorithm>

#include "pregap/bytes.h"
#include "volumes/file_systems.h"
#include "volumes/iso9660.h"

namespace pregap::volumes {
namespace {

// A view as the source that read_volumes() asks for.
class ViewSource final : public ByteSource {
 public:
  explicit ViewSource(const View& view) : view_(view), name_(view.place()) {}
  std::uint64_t size() const noexcept override { return view_.size(); }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= view_.size()) return 0;
    const std::uint64_t count = std::min<std::uint64_t>(out.size(), view_.size() - offset);
    return view_.bytes().read(view_.offset() + offset, out.first(static_cast<std::size_t>(count)));
  }
  const std::string& name() const noexcept override { return name_; }

 private:
  const View& view_;
  std::string name_;
};

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
