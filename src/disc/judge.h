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

// Of one sector, or of neighbours in which nothing is wrong or unusual (see Judge::Joining).
struct SectorVerdict {
  const Track* track = nullptr;
  Lba lba;
  std::int32_t count = 1;
  SectorKind kind = SectorKind::audio;
  FaultSet faults;
  NoteSet notes;
  bool checked = false;             // its data carry something that could be checked
  std::int32_t address_offset = 0;  // what the header should say, less the LBA
  std::int32_t address_jump = 0;    // with address_jump or address_start: by how many sectors
  bool repairable = false;          // of a bad one
  bool data_proven = false;         // user data as `bytes` gives it agrees with its EDC
  Correction correction;            // how a repairable one comes right
  Doubt doubt = Doubt::none;        // and what it took for unknown
  std::optional<std::uint8_t> fill;
  // 2352 a sector, mended if that was asked for; valid in the call. And the user data alone, 2048 a
  // sector, if those were asked for: not of form 2 and mode 2 without form.
  std::span<const std::uint8_t> bytes, user_data;
  bool bad() const { return !faults.empty(); }
};

class Judge {
 public:
  using Sink = std::function<void(const SectorVerdict&)>;
  enum class Headers : bool { leave, mend };  // mend: rewritten in `bytes` where repairable
  enum class Joining : bool { no, yes };      // yes: sound neighbours in one verdict
  Judge(Sink sink, Headers headers, Joining joining = Joining::no)
      : sink_(std::move(sink)), headers_(headers), joining_(joining) {}

  // What lies behind the findings: 2352 bytes for each sector, and 2048 of user data or none.
  struct Content {
    std::span<std::uint8_t> bytes, user_data;
  };
  // Sectors in the order of the pass, `pieces` of them from `first` on.
  void take(const Track& track, Lba first, std::span<const Piece> pieces, const Content& content);
  // After the last sector.
  void finish();

 private:
  struct Neighbour {
    std::optional<Lba> address;  // nothing: unreadable, or no sector lies right behind
  };
  bool is_ordinary(const Track& track, Lba lba, const Piece& piece) const;
  void pass_on(const Track& track, Lba lba, const Piece& piece, const Content& content);
  void take_singly(const Track& track, Lba lba, const Piece& piece, const Content& content,
                   const Piece* next);
  void keep_waiting(const Track& track, Lba lba, const Finding& finding, const Content& content);
  void judge(const Track& track, Lba lba, const Finding& finding, const Content& content,
             Neighbour next);
  void judge_address(SectorVerdict& verdict, const Finding& finding, Neighbour next);
  void settle_kind(SectorVerdict& verdict, const Finding& finding);
  bool is_repairable(const SectorVerdict& verdict, const Finding& finding) const;
  void mend_header(SectorVerdict& verdict, MutableRawSector bytes) const;
  void release(Neighbour next);

  Sink sink_;
  Headers headers_;
  Joining joining_;
  // The last sector of what was taken, waiting for its successor.
  const Track* waiting_track_ = nullptr;
  Lba waiting_lba_;
  Finding waiting_;
  std::array<std::uint8_t, kSectorSize> waiting_bytes_{};
  std::array<std::uint8_t, kUserDataSize> waiting_user_data_{};
  bool waiting_has_user_data_ = false;

  const Track* kind_track_ = nullptr;  // the track in which last_kind_ was seen
  SectorKind last_kind_ = SectorKind::mode1;
  std::int32_t offset_ = 0;  // header address minus LBA, as it should be now
  bool offset_confirmed_ = false;
};

}  // namespace pregap
