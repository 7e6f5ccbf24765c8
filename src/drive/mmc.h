// Typed commands over a drive.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "drive/cdb.h"
#include "drive/drive.h"
#include "drive/replies.h"

namespace pregap::drive {

// How much a reply to READ CD holds, and in which order.
enum class BlockOrder : std::uint8_t { data_c2_sub, data_sub_c2 };

struct BlockForm {
  C2 c2 = C2::none;
  Sub sub = Sub::none;
  BlockOrder order = BlockOrder::data_c2_sub;

  std::size_t size() const { return kSectorSize + size_of(c2) + size_of(sub); }
  std::size_t c2_offset() const {
    return kSectorSize + (order == BlockOrder::data_sub_c2 ? size_of(sub) : 0);
  }
  std::size_t sub_offset() const {
    return kSectorSize + (order == BlockOrder::data_c2_sub ? size_of(c2) : 0);
  }
  bool operator==(const BlockForm&) const = default;
};

class Mmc {
 public:
  explicit Mmc(Drive& drive) : drive_(drive) {}

  Drive& drive() { return drive_; }
  const std::string& name() const { return drive_.name(); }

  // Throws Error(unreadable) where nothing that answers is no CD drive.
  Identity identify();
  // Waits for a disc to spin up, at most half a minute. Throws Error(not_found) without a disc,
  // Error(unreadable) with one that the drive can't read.
  void require_ready();

  std::optional<Capabilities> capabilities();
  std::optional<CdReadFeature> cd_read_feature();
  std::optional<std::vector<TocTrack>> toc();
  std::optional<SessionInfo> sessions();
  std::optional<std::vector<TocEntry>> full_toc();
  std::optional<Atip> atip();
  std::vector<CdTextPack> cd_text();
  std::string mcn();
  std::string isrc(int track);
  std::optional<Capacity> capacity();

  // False: the drive refused it.
  bool set_speed(std::uint16_t kilobytes_per_second);

  // `out` has count * form.size() bytes; the reply is the drive's.
  Reply read_cd(Expected expected, Lba first, std::int32_t count, const BlockForm& form,
                MutableBytes out);
  // `out` has count * 2048 bytes.
  Reply read10(Lba first, std::int32_t count, Cache cache, MutableBytes out);

  std::int64_t commands() const { return commands_; }

 private:
  Reply run(const Cdb& cdb, MutableBytes in);
  // The whole reply of a command whose first two bytes tell how much there is.
  std::vector<std::uint8_t> fetch_toc(std::uint8_t format);

  Drive& drive_;
  std::int64_t commands_ = 0;
};

}  // namespace pregap::drive
