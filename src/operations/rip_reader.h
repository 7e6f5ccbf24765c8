// Sectors as the disc has them: the drive's read offset is taken out of audio.
//
// A drive with a read offset correction of N samples gives, at a sample's address, the one that
// lies N samples before it on the disc. So audio is read N samples further on, over sector borders;
// where the drive refuses what lies beyond the audio (lead-in, lead-out, data), zeros stand for it.
#pragma once

#include <vector>

#include "operations/rip_probe.h"

namespace pregap::operations {

struct ReaderSettings {
  std::int32_t offset = 0;  // samples
  bool subchannel = false;  // wanted with the sectors
  bool cooked = false;      // READ (10): user data of 2048 bytes
};

class RipReader {
 public:
  RipReader(drive::Mmc& mmc, const DriveAbilities& abilities, const ReaderSettings& settings);

  // How far audio around a sector goes, on the disc and beyond it where the drive overreads.
  struct Bounds {
    Lba first, end;
  };

  // Good: `count` sectors are in data(), c2() and subchannel(), and stay until the next read.
  drive::Reply read(Lba first, std::int32_t count, bool audio, const Bounds& bounds);

  std::uint32_t sector_size() const { return sector_size_; }
  std::int32_t most_sectors() const { return most_; }  // in one read
  bool has_c2() const { return form_.c2 != drive::C2::none; }
  bool has_subchannel() const { return form_.sub != drive::Sub::none; }

  std::span<const std::uint8_t> data(std::int32_t i) const;
  // 294 bytes, bit 7 of the first is byte 0 of the sector; empty where the drive gives none.
  std::span<const std::uint8_t> c2(std::int32_t i) const;
  bool c2_clean(std::int32_t i) const;
  SubchannelBytes subchannel(std::int32_t i) const;

  // Makes the drive forget what it has read: reads as much as its memory holds elsewhere.
  void flush_cache(Lba away_from, Lba first, Lba end, std::int32_t sectors);

  std::int64_t sectors_read() const { return sectors_read_; }

 private:
  drive::Reply read_aligned(Lba first, std::int32_t count, bool audio);
  drive::Reply read_singly(Lba from, Lba to);
  drive::Reply read_shifted(Lba first, std::int32_t count, const Bounds& bounds);
  void take_block(std::int32_t from, std::int32_t to);

  drive::Mmc& mmc_;
  ReaderSettings settings_;
  drive::BlockForm form_;
  std::uint32_t sector_size_;
  std::int32_t most_ = 1;
  std::int64_t sectors_read_ = 0;
  std::vector<std::uint8_t> raw_, data_, c2_, sub_;
  std::vector<std::uint8_t> stream_, stream_c2_;  // before shifting
};

}  // namespace pregap::operations
