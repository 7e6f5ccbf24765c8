// One pass over the image: every faulty sector through the step of repair_sector, what is to change
// handed on in order, and the report. Memory does not grow with the image.
#pragma once

#include <span>

#include "pregap/repair.h"

namespace pregap::operations {

// Where changed bytes go. Both spans are of one size and differ in their first and last byte.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  ChangeSink() = default;
  ChangeSink(const ChangeSink&) = delete;
  ChangeSink& operator=(const ChangeSink&) = delete;
  virtual void change(std::size_t file, std::uint64_t offset, std::span<const std::uint8_t> before,
                      std::span<const std::uint8_t> after) = 0;
};

// Fills in all that the sectors tell; outputs and journal are the caller's. `sink` may be null.
RepairReport run_repair_pass(const Disc& disc, const RepairOptions& options, ChangeSink* sink);

}  // namespace pregap::operations
