// Writes a disc's sectors as a layout has them: 2352 bytes each, those that the source does not
// store as blank ones, sub-channel between them or in a file of its own.
#pragma once

#include <memory>
#include <vector>

#include "bytes/output_file.h"
#include "disc/judge.h"
#include "disc/subchannel.h"
#include "operations/layout.h"

namespace pregap::operations {

class ImageWriter {
 public:
  // `files` has one for every file of the layout.
  ImageWriter(const Disc& source, const Layout& layout,
              const std::vector<std::unique_ptr<OutputFile>>& files);

  // Verdicts in the order of a pass, with whole sectors.
  void take(const SectorVerdict& verdict);
  // After the last one.
  void finish();

 private:
  // What comes next: sector `skip` of an extent, or the end.
  bool at_end() const { return track_ == layout_.disc.tracks.size(); }
  void settle();
  void write_blanks_until(Lba lba);
  void write_sectors(Lba first, std::span<const std::uint8_t> bytes);
  void write_subchannel_file(std::size_t file);
  void write_beside(std::size_t file);  // what is no sectors
  std::span<const std::uint8_t> swapped(std::span<const std::uint8_t> sector);
  std::span<const std::uint8_t> subchannel_of(Lba first, std::int32_t count);

  const Disc& source_;
  const Layout& layout_;
  const std::vector<std::unique_ptr<OutputFile>>& files_;
  SubchannelMaker maker_;
  std::size_t track_ = 0, extent_ = 0;
  std::int32_t skip_ = 0;
  std::vector<std::uint8_t> plain_, blank_, between_, swapped_, subchannel_;
};

}  // namespace pregap::operations
