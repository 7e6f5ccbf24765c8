// The second look at a sector, with its neighbours: the kind where the sector itself can't tell,
// the address, and what is repairable.
//
// An address is right when it continues the sequence. When it leaves the sequence and the next
// sector goes on from there, the sequence has jumped; when it alone differs, that is a fault. So
// each sector is judged once its successor is known, and then handed on.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "disc/examine.h"

namespace pregap {

struct SectorVerdict {
  const Track* track = nullptr;
  Lba lba;
  SectorKind kind = SectorKind::audio;
  FaultSet faults;
  NoteSet notes;
  bool checked = false;           // its data carry something that could be checked
  std::int32_t address_jump = 0;  // with address_jump or address_start: by how many sectors
  bool repairable = false;        // of a bad one
  bool data_proven = false;       // user data as `bytes` gives it agrees with its EDC
  std::optional<std::uint8_t> fill;
  std::span<const std::uint8_t> bytes;  // 2352, mended if that was asked for; valid in the call
  bool bad() const { return !faults.empty(); }
};

class Judge {
 public:
  using Sink = std::function<void(const SectorVerdict&)>;
  enum class Headers : bool { leave, mend };  // mend: rewritten in `bytes` where repairable
  Judge(Sink sink, Headers headers) : sink_(std::move(sink)), headers_(headers) {}

  // Sectors in the order of the pass; `bytes` holds 2352 bytes for each finding.
  void take(const Track& track, Lba first, std::span<const Finding> findings,
            std::span<std::uint8_t> bytes);
  // After the last sector.
  void finish();

 private:
  struct Neighbour {
    std::optional<Lba> address;  // nothing: unreadable, or no sector lies right behind
  };
  void judge(const Track& track, Lba lba, const Finding& finding, MutableRawSector bytes,
             Neighbour next);
  void judge_address(SectorVerdict& verdict, const Finding& finding, Neighbour next);
  void settle_kind(SectorVerdict& verdict, const Finding& finding);
  bool is_repairable(const SectorVerdict& verdict, const Finding& finding) const;
  void mend_header(const SectorVerdict& verdict, MutableRawSector bytes) const;
  void release(Neighbour next);

  Sink sink_;
  Headers headers_;
  // The last sector of what was taken, waiting for its successor.
  const Track* waiting_track_ = nullptr;
  Lba waiting_lba_;
  Finding waiting_;
  std::array<std::uint8_t, kSectorSize> waiting_bytes_{};

  const Track* kind_track_ = nullptr;  // the track in which last_kind_ was seen
  SectorKind last_kind_ = SectorKind::mode1;
  std::int32_t offset_ = 0;  // header address minus LBA, as it should be now
  bool offset_confirmed_ = false;
};

}  // namespace pregap
