// A drive that answers from an image, with the faults that were asked for. It keeps its own clock:
// nothing waits.
#pragma once

#include "drive/drive.h"
#include "drive/simulated_faults.h"
#include "drive/simulated_medium.h"

namespace pregap::drive {

class SimulatedClock final : public Clock {
 public:
  std::chrono::nanoseconds now() override { return now_; }
  void wait(std::chrono::milliseconds duration) override { now_ += duration; }
  void pass(std::chrono::nanoseconds duration) { now_ += duration; }

 private:
  std::chrono::nanoseconds now_{0};
};

class SimulatedDrive final : public Drive {
 public:
  SimulatedDrive(std::string name, SimulatedOptions options, Disc disc);

  const std::string& name() const override { return name_; }
  SimulatedClock& clock() override { return clock_; }
  std::int64_t commands() const { return commands_; }

 private:
  using Block = std::span<const std::uint8_t>;
  Reply send(Block cdb, MutableBytes in, std::chrono::milliseconds timeout) override;
  Reply dispatch(Block cdb, MutableBytes in, std::chrono::milliseconds timeout);
  Reply answer_toc(Block cdb, MutableBytes in);
  Reply read_cd(Block cdb, MutableBytes in, std::chrono::milliseconds timeout);
  Reply read_10(Block cdb, MutableBytes in, std::chrono::milliseconds timeout);
  // Whether sectors of that place and type may be read so; nothing: they may.
  std::optional<Sense> objection(Lba lba, unsigned expected) const;
  std::optional<Reply> read_sector(Lba lba, std::int64_t shift, std::chrono::milliseconds timeout,
                                   SimulatedSector& sector);
  void fetch(Lba lba, std::int64_t shift, SimulatedSector& sector);
  Reply failed(Sense sense) const { return {.outcome = Outcome::check_condition, .sense = sense}; }

  std::string name_;
  SimulatedOptions options_;
  SimulatedMedium medium_;
  SimulatedFaults faults_;
  SimulatedClock clock_;
  std::int64_t commands_ = 0;
  int speed_ = 8467;  // kB/s
  Lba last_read_;
};

}  // namespace pregap::drive
