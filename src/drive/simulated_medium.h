// The disc in a simulated drive: any opened image, as the laser would see it.
#pragma once

#include "disc/subchannel.h"
#include "drive/replies.h"
#include "pregap/disc.h"

namespace pregap::drive {

class SimulatedMedium {
 public:
  explicit SimulatedMedium(Disc disc);

  const Disc& disc() const { return disc_; }
  const std::vector<TocEntry>& full_toc() const { return toc_; }
  std::vector<CdTextPack> cd_text() const;
  Lba lead_out() const { return lead_out_; }  // of the last session

  // What lies at `lba`: a sector of a track, silence of the first pause, or nothing that can be
  // read (lead-in, lead-out, what is between sessions).
  enum class Place : std::uint8_t { data, audio, nothing };
  Place place_of(Lba lba) const;

  // 2352 bytes; zeros where there is nothing.
  void read(Lba lba, MutableRawSector out) const;

  // The audio stream from a sample on (LBA * 588), 4 bytes each; data sectors are scrambled in it.
  void read_samples(std::int64_t first, MutableBytes out) const;

  // 96 bytes, linear.
  std::array<std::uint8_t, kSubchannelSize> subchannel(Lba lba) const;

 private:
  struct Stretch {  // sectors of one track, stored or blank
    Lba first, end;
    const Track* track = nullptr;
    bool stored = true;
  };
  const Stretch* stretch_at(Lba lba) const;

  Disc disc_;
  std::vector<TocEntry> toc_;
  SubchannelMaker maker_;
  std::vector<Stretch> stretches_;  // rising
  Lba lead_out_;
};

}  // namespace pregap::drive
