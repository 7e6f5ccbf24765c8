#include "operations/image_writer.h"

#include <algorithm>
#include <utility>

#include "disc/cd_text.h"
#include "disc/read.h"
#include "formats/sbi.h"

namespace pregap::operations {
namespace {

constexpr std::int32_t kBatch = 1024;  // sectors of sub-channel at a time

std::span<const std::uint8_t> nth(std::span<const std::uint8_t> all, std::size_t n,
                                  std::size_t size) {
  return all.subspan(n * size, size);
}

}  // namespace

ImageWriter::ImageWriter(const Disc& source, const Layout& layout,
                         const std::vector<std::unique_ptr<OutputFile>>& files)
    : source_(source), layout_(layout), files_(files), maker_(layout.disc) {
  settle();
}

// Moves on where an extent or a track is done.
void ImageWriter::settle() {
  while (!at_end()) {
    const std::vector<Extent>& extents = layout_.disc.tracks[track_].extents;
    if (extent_ < extents.size() && skip_ < extents[extent_].sectors) return;
    skip_ = 0;
    if (++extent_ < extents.size()) continue;
    extent_ = 0;
    ++track_;
  }
}

void ImageWriter::take(const SectorVerdict& v) {
  std::span<const std::uint8_t> bytes = v.bytes;
  if (v.notes.has(Note::scrambled) && v.track->is_data()) {  // sound neighbours are none
    plain_.assign(bytes.begin(), bytes.end());
    scramble(std::span(plain_).first<kSectorSize>());
    bytes = plain_;
  }
  write_blanks_until(v.lba);
  write_sectors(v.lba, bytes);
}

void ImageWriter::write_blanks_until(Lba lba) {
  while (!at_end()) {
    const Track& track = layout_.disc.tracks[track_];
    const Extent& extent = track.extents[extent_];
    const Lba next = extent.first + skip_;
    if (next >= lba) return;
    const Extent nowhere{.file = kNoFile, .storage = Storage::blank, .first = next, .sectors = 1};
    blank_.resize(kSectorSize);
    read_extent(layout_.disc, track, nowhere, 0, 1, blank_, between_);
    write_sectors(next, blank_);
  }
}

void ImageWriter::write_sectors(Lba first, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty() && !at_end()) {
    const Extent& extent = layout_.disc.tracks[track_].extents[extent_];
    const Lba next = extent.first + skip_;
    const std::int32_t here = static_cast<std::int32_t>(bytes.size() / kSectorSize);
    if (first < next) {  // not part of the layout
      const std::int32_t passed = std::min(here, next - first);
      bytes = bytes.subspan(static_cast<std::size_t>(passed) * kSectorSize);
      first = first + passed;
      continue;
    }
    const std::int32_t n = std::min(here, extent.sectors - skip_);
    const auto part = bytes.first(static_cast<std::size_t>(n) * kSectorSize);
    OutputFile& file = *files_[extent.file];
    if (extent.storage == Storage::raw2448) {
      const std::span<const std::uint8_t> sub = subchannel_of(first, n);
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        file.write(extent.swapped ? swapped(nth(part, i, kSectorSize)) : nth(part, i, kSectorSize));
        std::array<std::uint8_t, kSubchannelSize> raw;
        interleave(SubchannelBytes(nth(sub, i, kSubchannelSize)), raw);
        file.write(raw);
      }
    } else {
      file.write(part);
    }
    bytes = bytes.subspan(part.size());
    first = first + n;
    skip_ += n;
    settle();
  }
}

// Samples with their high byte first.
std::span<const std::uint8_t> ImageWriter::swapped(std::span<const std::uint8_t> sector) {
  swapped_.assign(sector.begin(), sector.end());
  for (std::size_t i = 0; i + 1 < swapped_.size(); i += 2) {
    std::swap(swapped_[i], swapped_[i + 1]);
  }
  return swapped_;
}

// The source's own where it has any, else what the layout asks for.
std::span<const std::uint8_t> ImageWriter::subchannel_of(Lba first, std::int32_t count) {
  subchannel_.resize(static_cast<std::size_t>(count) * kSubchannelSize);
  for (std::int32_t done = 0; done < count;) {
    const auto rest =
        std::span(subchannel_).subspan(static_cast<std::size_t>(done) * kSubchannelSize);
    done += source_.read_subchannel(first + done, count - done, rest);
    if (done == count) break;
    const auto made = maker_.make(first + done);
    std::ranges::copy(made, subchannel_.begin() + std::ptrdiff_t{done} * kSubchannelSize);
    ++done;
  }
  return subchannel_;
}

void ImageWriter::write_subchannel_file(std::size_t file) {
  for (const SubchannelRun& run : layout_.disc.subchannel) {
    if (run.file != file) continue;
    for (std::int32_t done = 0; done < run.sectors;) {
      const std::int32_t n = std::min(kBatch, run.sectors - done);
      files_[file]->write(subchannel_of(run.first + done, n));
      done += n;
    }
  }
}

void ImageWriter::write_beside(std::size_t file) {
  switch (layout_.contents[file]) {
    case FileContent::sectors:
      break;
    case FileContent::subchannel:
      write_subchannel_file(file);
      break;
    case FileContent::cd_text:
      files_[file]->write(
          write_cdt(cd_text_packs_of(layout_.disc, layout_.disc.path.string()).packs));
      break;
    case FileContent::q_patches:
      files_[file]->write(formats::write_sbi(layout_.disc));
      break;
  }
}

void ImageWriter::finish() {
  if (!layout_.disc.tracks.empty()) {
    write_blanks_until(kHighestLba + 1);
  }
  for (std::size_t f = 0; f < files_.size(); ++f) {
    write_beside(f);
  }
}

}  // namespace pregap::operations
