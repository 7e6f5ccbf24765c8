// The order in which a disc is read, so that what reads well is safe before what reads badly wears
// the drive down:
//
//   copy      forward in large blocks; behind a block that fails, more and more is left out
//   backward  what was left out, in large blocks from the end
//   split     the sectors of blocks that failed, one by one
//   confirm   what no code vouches for (audio, some mode 2) a second time, in large blocks
//   retry     bad and doubtful sectors one by one, forward and backward in turn, more slowly, the
//             drive's cache flushed between; reads are merged (rip_votes.h)
//
// Audio blocks overlap by a sector with what is there already: a drive that begins somewhere else
// than it was told shows it there.
#pragma once

#include <map>
#include <stop_token>

#include "operations/rip_plan.h"
#include "operations/rip_reader.h"
#include "operations/rip_store.h"

namespace pregap::operations {

enum class RipPhase : std::uint8_t { copy, backward, split, confirm, retry, subchannel, twice };
std::string_view name_of(RipPhase phase) noexcept;

struct RipProgress {
  RipPhase phase = RipPhase::copy;
  int pass = 0;  // of retries
  Lba lba;
  std::int64_t sectors_read = 0;  // in all
  std::int64_t errors = 0;        // commands that failed
  std::chrono::nanoseconds elapsed{0};
  const RipMap* map = nullptr;
};

class RipObserver {
 public:
  virtual ~RipObserver() = default;
  virtual void update(const RipProgress& progress) = 0;
};

struct PassSettings {
  int retries = 16;
  std::optional<std::chrono::seconds> time_limit;
  std::int32_t cache_sectors = 0;  // what the drive's memory may hold
  RipObserver* observer = nullptr;
  std::stop_token stop;
};

struct PassCounts {
  std::int64_t errors = 0, timeouts = 0, jitter = 0, merged = 0, corrected = 0;
  int retry_passes = 0;
  bool out_of_time = false;
  std::array<std::int64_t, 16> reads{};  // sectors that were read so many times; the last: or more
};

class RipPasses {
 public:
  RipPasses(drive::Mmc& mmc, const RipPlan& plan, RipReader& reader, RipStore& store,
            const DriveAbilities& abilities, const PassSettings& settings);

  // Throws Error(stopped), Error(unreadable) when the drive goes away; what was read is saved.
  void run();

  // Reads everything once more and hands it on, for test-and-copy. Sectors that can't be read are
  // empty.
  void read_again(const std::function<void(std::int32_t, std::span<const std::uint8_t>)>& take);

  const PassCounts& counts() const { return counts_; }
  // Data sectors of which every read was the same, though their codes don't agree.
  bool same_in_every_read(std::int32_t index) const;

 private:
  enum Flag : std::uint8_t {
    kSuspect = 1,
    kConsistent = 2,
    kHung = 4,
    kGoodQ = 8,
    kHungAgain = 16
  };
  enum class Skipping : bool { no, yes };
  void copy_forward(RipPhase phase, Skipping skipping);
  void copy_backward();
  void split();
  void confirm();
  void retry_all();
  void retry_subchannel();
  std::vector<std::int32_t> bad_sectors() const;
  std::int32_t run_of(std::int32_t from, SectorState state, std::int32_t most) const;

  bool read_block(std::int32_t index, std::int32_t count);
  bool read_overlapping(std::int32_t index, std::int32_t count, std::int32_t& lead);
  bool overlap_agrees(std::int32_t index, std::int32_t at) const;
  bool trusted(std::int32_t index) const;
  void disown(std::int32_t index);
  void take(std::int32_t index, std::int32_t at);
  void take_subchannel(std::int32_t index, std::int32_t at);
  void confirm_one(std::int32_t index, std::int32_t at);
  void retry_one(std::int32_t index);
  bool settle(std::int32_t index, Votes& votes);
  Votes& votes_of(std::int32_t index);
  bool may_agree(std::int32_t index, const SectorArray& sector) const;

  drive::Reply read(std::int32_t index, std::int32_t count);
  void flush_cache(std::int32_t index);
  RipReader::Bounds bounds_of(const Stretch& stretch) const;
  void report(RipPhase phase, std::int32_t index, int pass = 0);
  bool time_is_up();
  bool has(std::int32_t index, Flag flag) const;
  void set(std::int32_t index, Flag flag, bool on = true);

  drive::Mmc& mmc_;
  const RipPlan& plan_;
  RipReader& reader_;
  RipStore& store_;
  const DriveAbilities& abilities_;
  PassSettings settings_;
  PassCounts counts_;
  std::chrono::nanoseconds start_;
  std::vector<std::uint8_t> flags_, tries_;
  std::map<std::int32_t, Votes> votes_;
  Votes spare_;
};

}  // namespace pregap::operations
